package main

import (
	"fmt"

	"github.com/kubeflow/pipelines/backend/src/apiserver/model"
	"github.com/kubeflow/pipelines/backend/src/apiserver/template"
	"github.com/kubeflow/pipelines/backend/src/common/util"
)

// compile makes a run without arguments, as the server does, so every parameter needs a default value.
func (s *subject) compile() error {
	run := &model.Run{DisplayName: "kubeflow-check"}
	run.RuntimeConfig.Parameters = "{}"
	options := template.RunWorkflowOptions{RunId: "00000000-0000-0000-0000-000000000000"}
	execution, err := s.template.RunWorkflow(run, options)
	if err != nil {
		return err
	}
	var ok bool
	if s.workflow, ok = execution.(*util.Workflow); !ok {
		return fmt.Errorf("got a %T instead of an Argo workflow", execution)
	}
	return nil
}

// validate has the server's own settings: stricter ones would refuse what a cluster takes.
func (s *subject) validate() error {
	return s.workflow.Validate(false, false)
}
