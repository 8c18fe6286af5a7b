package main

import (
	"testing"

	"github.com/argoproj/argo-workflows/v3/pkg/apis/workflow/v1alpha1"
	"github.com/kubeflow/pipelines/kubernetes_platform/go/kubernetesplatform"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

func driverConfig(t *testing.T, text string) *kubernetesplatform.KubernetesExecutorConfig {
	t.Helper()
	setting := &structpb.Struct{}
	if err := protojson.Unmarshal([]byte(text), setting); err != nil {
		t.Fatal(err)
	}
	settings, err := driverSettings(setting)
	if err != nil {
		t.Fatal(err)
	}
	return settings
}

// argument is "" where the task leaves it to the template's default.
func argument(workflow *v1alpha1.Workflow, task, name string) string {
	for _, found := range dagTasks(workflow) {
		if found.Name != task {
			continue
		}
		if parameter := found.Arguments.GetParameterByName(name); parameter != nil {
			return parameter.Value.String()
		}
	}
	return ""
}

func dagTasks(workflow *v1alpha1.Workflow) (tasks []v1alpha1.DAGTask) {
	for _, template := range workflow.Spec.Templates {
		if template.DAG != nil {
			tasks = append(tasks, template.DAG.Tasks...)
		}
	}
	return tasks
}
