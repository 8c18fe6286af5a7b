package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"sigs.k8s.io/yaml"
)

func sample(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func withPlatform(t *testing.T) string {
	return sample(t, "good.yaml") + "---\n" + sample(t, "platform.yaml")
}

// runOn also returns the workflow file, which is nil where none was written.
func runOn(t *testing.T, text string) (code int, stdout, stderr string, workflow []byte) {
	t.Helper()
	spec := filepath.Join(t.TempDir(), "spec.yaml")
	output := filepath.Join(t.TempDir(), "workflow.yaml")
	if err := os.WriteFile(spec, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, errors bytes.Buffer
	code = run([]string{"-workflow", output, spec}, &out, &errors)
	workflow, _ = os.ReadFile(output)
	return code, out.String(), errors.String(), workflow
}

func TestAccepted(t *testing.T) {
	for name, text := range map[string]string{
		"one document":    sample(t, "good.yaml"),
		"with a platform": withPlatform(t),
	} {
		code, stdout, stderr, workflow := runOn(t, text)
		if code != exitAccepted || stderr != "" || workflow == nil {
			t.Fatalf("%s: code %d, stderr %q", name, code, stderr)
		}
		if !strings.Contains(stdout, "spec.yaml: accepted: 6 templates, Argo workflow of ") {
			t.Errorf("%s: stdout %q", name, stdout)
		}
	}
}

func TestRejected(t *testing.T) {
	good, both := sample(t, "good.yaml"), withPlatform(t)
	container := good[strings.Index(good, "      container:\n"):strings.Index(good, "    exec-Trainer:\n")]
	job := "displayName: x\npipelineSpec:\n  " + strings.ReplaceAll(good, "\n", "\n  ")
	argo := "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n" +
		"spec: {entrypoint: a, templates: [{name: a, container: {image: b}}]}\n"
	for _, c := range []struct{ name, text, reason string }{
		{"resolver", strings.Replace(good, container, "      resolver: {}\n", 1), "compile: .*non-container and non-importer"},
		{"schema 2.0.0", strings.Replace(good, "2.1.0", "2.0.0", 1), "parse: .*only supports schema version 2.1.0"},
		{"pipeline job", job, "parse: .*unknown field \"displayName\""},
		{"Argo workflow", argo, "parse: this is an Argo workflow"},
		{"underscore", strings.ReplaceAll(good, "Trainer:\n        c", "My_Trainer:\n        c"), "argo: .*invalid dependency"},
		{"parameter", strings.Replace(good, "        defaultValue: /data\n", "", 1), "compile: .*data is not optional"},
		{"unknown task", strings.Replace(good, "producerTask: Generator", "producerTask: Other", 1), "compile: .*unknown producer task"},
		{"unknown field", good + "extra: 1\n", "parse: .*unknown field \"extra\""},
		{"broken YAML", good + "\t{", "parse: yaml: "},
		{"empty file", "", "parse: want one or two YAML documents, not 0"},
		{"platform typo", strings.Replace(both, "  kubernetes:", "  kubernetis:", 1), "parse: .*would be ignored"},
		{"panic", good + "---\nplatforms: {kubernetes: {}}\n", "compile: panic: "},
		{"executor typo", strings.Replace(both, "exec-Trainer:\n          p", "exec-Trainers:\n          p", 1), "platform: .*exec-Trainers"},
	} {
		t.Run(c.name, func(t *testing.T) { expectRejection(t, c.text, c.reason) })
	}
}

func expectRejection(t *testing.T, text, reason string) {
	t.Helper()
	code, stdout, stderr, workflow := runOn(t, text)
	if code != exitRejected || stdout != "" || workflow != nil {
		t.Errorf("code %d, stdout %q, workflow %q", code, stdout, workflow)
	}
	start, rest, _ := strings.Cut(reason, ".*")
	if !strings.Contains(stderr, "spec.yaml: rejected by "+start) || !strings.Contains(stderr, rest) {
		t.Errorf("stderr %q, want %q", stderr, reason)
	}
	if strings.Count(stderr, "\n") != 1 {
		t.Errorf("more than one line: %q", stderr)
	}
}

func TestSettingsThatTheDriverCannotReadAreRejected(t *testing.T) {
	newer := strings.Replace(withPlatform(t), "constant: letters", "pvcNameParameter: {runtimeValue: {constant: letters}}", 1)
	code, _, stderr, _ := runOn(t, newer)
	if code != exitRejected || !strings.Contains(stderr, "rejected by platform: the driver cannot read the settings of exec-Trainer") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

func TestRunWhoseNodesTheServerWouldNotListIsRejected(t *testing.T) {
	good := sample(t, "good.yaml")
	large := strings.Replace(good, "[--data, ", "[--data, "+strings.Repeat("a", mostNodesBytes/(nodesOfStep+2))+", ", 1)
	code, _, stderr, _ := runOn(t, large)
	if code != exitRejected || !strings.Contains(stderr, "rejected by size: the nodes of a run take some ") {
		t.Errorf("code %d, stderr %q", code, stderr)
	}
}

func TestWrongUse(t *testing.T) {
	good := filepath.Join("testdata", "good.yaml")
	for _, args := range [][]string{{}, {good, good}, {"-unknown", good}, {"no/such/file"}, {"-workflow", "no/such/folder/x", good}} {
		var stdout, stderr bytes.Buffer
		if code := run(args, &stdout, &stderr); code != exitUsage || stdout.Len() != 0 || stderr.Len() == 0 {
			t.Errorf("%q: code %d, stdout %q", args, code, stdout.String())
		}
	}
}

func TestPanicBecomesARejection(t *testing.T) {
	err := stage{"compile", func(*subject) error { panic("upstream") }}.on(nil)
	if err == nil || err.Error() != "panic: upstream" {
		t.Errorf("error %v", err)
	}
}

// The volume itself is mounted in the cluster, by the driver task that must get these settings.
func TestPlatformReachesTheDriver(t *testing.T) {
	_, _, _, data := runOn(t, withPlatform(t))
	var workflow v1alpha1.Workflow
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatal(err)
	}
	key := "pipelines.kubeflow.org/kubernetes-comp-Trainer"
	settings := driverConfig(t, workflow.Annotations[key])
	mounts, secrets := settings.GetPvcMount(), settings.GetSecretAsEnv()
	if len(mounts) != 1 || mounts[0].GetConstant() != "letters" || mounts[0].GetMountPath() != "/data" {
		t.Errorf("mounts %v", mounts)
	}
	if len(secrets) != 1 || secrets[0].GetSecretName() != "storage" {
		t.Errorf("secrets %v", secrets)
	}
	want := "{{workflow.annotations." + key + "}}"
	for task, expected := range map[string]string{"Trainer-driver": want, "Generator-driver": ""} {
		if got := argument(&workflow, task, "kubernetes-config"); got != expected {
			t.Errorf("%s: %q, want %q", task, got, expected)
		}
	}
}
