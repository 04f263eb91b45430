/** Where a symbol stands: the grid is ten units wide, x and y name its centre unless the symbol says otherwise. */
export interface Place {
  readonly x: number;
  readonly y: number;
}
