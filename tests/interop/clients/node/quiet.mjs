// The library writes its warnings to standard output, which belongs to the answers: imported first, this moves them.
console.log = console.error;
console.info = console.error;
console.warn = console.error;
