#!/usr/bin/env bash
# Asks Kubeflow's and Argo's own code whether they take the compiled pipeline. Needs Go and its module proxy; no cluster.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v go >/dev/null || {
  echo "kubeflow-check: go is missing; install Go 1.26 or newer (https://go.dev/dl)" >&2
  exit 2
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "Building kubeflow_check (2 to 4 minutes for the first time) ..."
(
  cd research/kubeflow_check
  # Without cgo, which none of it needs: then no C compiler is needed either.
  export CGO_ENABLED=0
  go test ./...
  go build -o "$work/kubeflow-check" .
)

compile() {
  .venv/bin/python kubeflow_runner.py compile --image registry.example/letters:1 --output "$work/$1.yaml" "${@:2}" >/dev/null
  "$work/kubeflow-check" "$work/$1.yaml" | sed "s|$work/||"
}
compile buckets --data s3://letters/data --serving s3://letters/serving_model
compile volume-and-secret --pvc letters:/mnt/letters --secret minio:accesskey=AWS_ACCESS_KEY_ID
