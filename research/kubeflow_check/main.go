// Command kubeflow-check tells whether the backend of Kubeflow Pipelines takes a compiled pipeline.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

const (
	exitAccepted = iota
	exitRejected
	exitUsage
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	// A flag set of its own: the libraries below put theirs in the global one.
	flags := flag.NewFlagSet("kubeflow-check", flag.ContinueOnError)
	flags.SetOutput(stderr)
	workflowPath := flags.String("workflow", "", "also write the Argo workflow to this file")
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: kubeflow-check [-workflow OUT.yaml] FILE.yaml")
		flags.PrintDefaults()
	}
	if flags.Parse(args) != nil {
		return exitUsage
	}
	if flags.NArg() != 1 {
		flags.Usage()
		return exitUsage
	}
	return report(flags.Arg(0), *workflowPath, stdout, stderr)
}

func report(path, workflowPath string, stdout, stderr io.Writer) int {
	data, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	result, err := check(data)
	if err != nil {
		fmt.Fprintf(stderr, "%s: rejected by %s\n", path, oneLine(err))
		return exitRejected
	}
	if err := result.save(workflowPath); err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	fmt.Fprintf(stdout, "%s: accepted: %s\n", path, result.summary())
	return exitAccepted
}

// oneLine also removes the no-break spaces that protobuf puts in its messages at random.
func oneLine(err error) string {
	return strings.Join(strings.Fields(err.Error()), " ")
}
