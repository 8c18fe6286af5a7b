#!/usr/bin/env bash
# What `--beam prism` asks for, until Ctrl-C: Prism, the job server that Beam ships as a Go program, and a pool of
# workers, both on loopback. JOB_PORT and POOL_PORT choose their ports; `scripts/prism.sh build FILE` only builds
# Prism. Needs Go and its module proxy.
set -euo pipefail
cd "$(dirname "$0")/.."

job_port=${JOB_PORT:-8073}
pool_port=${POOL_PORT:-50000}
work=$(mktemp -d)
started=()

say_and_stop() {
  echo "prism: $1" >&2
  exit 2
}

clean_up() {
  [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null || true
  wait
  rm -rf "$work"
}

answers() {
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

alive() {
  local process
  for process in "${started[@]}"; do
    kill -0 "$process" 2>/dev/null || return
  done
}

# Prism listens on every interface, and whoever reaches it can have it run anything; it has no option for that. So in
# a copy of its source one line is changed.
listen_on_loopback() {
  local source=vendor/github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism/internal/jobservices/server.go
  sed 's/net.Listen("tcp", fmt.Sprintf(":%d", port))/net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))/' "$source" >changed.go
  ! cmp -s changed.go "$source" || say_and_stop "this Prism listens in another way; see to it in scripts/prism.sh"
  mv changed.go "$source"
}

build() (
  command -v go >/dev/null || say_and_stop "go is missing; install Go 1.26 or newer (https://go.dev/dl)"
  echo "Building Prism (3 minutes for the first time) ..."
  cp scripts/prism/go.mod scripts/prism/go.sum "$work"
  cd "$work"
  # Without cgo, which none of it needs: then no C compiler is needed either.
  export CGO_ENABLED=0
  go mod vendor || say_and_stop "its source could not be fetched; is Go's module proxy within reach?"
  listen_on_loopback
  go build -mod=vendor -trimpath -ldflags="-s -w" -o prism github.com/apache/beam/sdks/v2/go/cmd/prism
)

serve() {
  "$work/prism" --job_port="$job_port" --serve_http=false --log_kind=text &
  started+=($!)
  .venv/bin/python -W ignore -m pipeline.beam.pool --port "$pool_port" &
  started+=($!)
  until ! alive || { answers "$job_port" && answers "$pool_port"; }; do sleep 0.2; done
  ! alive || echo "Prism at localhost:$job_port; in another terminal: make run ARGS='--beam prism'"
  while alive; do sleep 1; done
  say_and_stop "one of both servers ended; its last lines are above"
}

trap clean_up EXIT
trap 'exit 0' INT TERM
if [ "${1:-}" = build ]; then
  build
  mv "$work/prism" "$2"
  exit
fi
for port in "$job_port" "$pool_port"; do
  ! answers "$port" || say_and_stop "port $port of 127.0.0.1 is taken; choose others with JOB_PORT= and POOL_PORT="
done
build
serve
