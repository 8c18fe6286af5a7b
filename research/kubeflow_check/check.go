package main

import (
	"fmt"
	"os"

	"github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"
	"github.com/kubeflow/pipelines/backend/src/apiserver/template"
	"github.com/kubeflow/pipelines/backend/src/common/util"
	"sigs.k8s.io/yaml"
)

// release is the one that go.mod pins by its commit, as its tags are no Go versions.
const release = "2.0.5"

type subject struct {
	data     []byte
	template template.Template
	spec     pipelinespec.PipelineSpec
	platform pipelinespec.PlatformSpec
	workflow *util.Workflow
	// nodesBytes is what the nodes of a run are estimated to take.
	nodesBytes int
}

type stage struct {
	name string
	run  func(*subject) error
}

var stages = []stage{
	{"parse", (*subject).parse},
	{"compile", (*subject).compile},
	{"argo", (*subject).validate},
	{"platform", (*subject).checkPlatform},
	{"size", (*subject).checkNodes},
}

func check(data []byte) (*subject, error) {
	result := &subject{data: data}
	for _, stage := range stages {
		if err := stage.on(result); err != nil {
			return nil, fmt.Errorf("%s: %w", stage.name, err)
		}
	}
	return result, nil
}

// on turns a panic of upstream code into an error: such a pipeline is as useless as a refused one.
func (s stage) on(checked *subject) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return s.run(checked)
}

// summary has the size as JSON because that is what a cluster stores and limits.
func (s *subject) summary() string {
	return fmt.Sprintf("%d templates, Argo workflow of %d bytes, nodes of a run of some %d, by KFP %s",
		len(s.workflow.Spec.Templates), len(s.workflow.ToStringForSchedule()), s.nodesBytes, release)
}

func (s *subject) save(path string) error {
	if path == "" {
		return nil
	}
	asYAML, err := yaml.Marshal(s.workflow.Workflow)
	if err != nil {
		return err
	}
	return os.WriteFile(path, asYAML, 0o644)
}
