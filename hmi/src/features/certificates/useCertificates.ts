/** The certificates of OPC UA clients by REST, for administrators. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { queryClient } from "../../lib/queries";
import { get, post } from "../../lib/rest";
import type { Certificate } from "../../lib/schemas";

/** A client that was refused just now waits here soon. */
const EVERY = 3000;
const renew = () => queryClient.invalidateQueries({ queryKey: ["certificates"] });

export function useCertificates(enabled: boolean) {
  return useQuery({
    queryKey: ["certificates"],
    queryFn: ({ signal }) => get<{ certificates: Certificate[] }>("api/certificates", signal),
    select: (answer) => answer.certificates,
    refetchInterval: EVERY,
    enabled,
  });
}

export function useDecide() {
  return useMutation({
    mutationFn: ({ thumbprint, order }: { thumbprint: string; order: "trust" | "reject" }) =>
      post<Certificate>(`api/certificates/${thumbprint}/${order}`),
    onSettled: renew,
  });
}

export function useTrustText() {
  return useMutation({
    mutationFn: (pem: string) => post<Certificate>("api/certificates", { pem }),
    onSuccess: renew,
  });
}
