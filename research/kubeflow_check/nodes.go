package main

import (
	"encoding/json"
	"fmt"

	"github.com/kubeflow/pipelines/api/v2alpha1/go/pipelinespec"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

const (
	// Argo keeps a run's nodes in the workflow object up to 1 MiB. It compresses more, and then the server's list of a
	// run's steps stands still.
	mostNodesBytes = 900_000
	// The retry strategy that KFP gives everything doubles a step's driver, its DAG and its pod.
	nodesOfStep = 6
	// Of the root: its driver and itself likewise, and the entrypoint.
	nodesOfRoot = 6
	// What else a node has, such that the pipeline of a7d87f7 comes to the 1,299,149 bytes that its run took on KFP 2.17.
	nodeBytes = 3_660
	store     = "minio://mlpipeline/v2/artifacts/"
	identity  = "00000000-0000-0000-0000-000000000000"
)

func (s *subject) checkNodes() (err error) {
	tasks := s.spec.GetRoot().GetDag().GetTasks()
	s.nodesBytes = nodeBytes * (nodesOfStep*len(tasks) + nodesOfRoot)
	for name, task := range tasks {
		s.nodesBytes += s.bytesOf(name, task)
	}
	if s.nodesBytes > mostNodesBytes {
		return fmt.Errorf("the nodes of a run take some %d bytes, and the server lists them up to %d", s.nodesBytes, mostNodesBytes)
	}
	return nil
}

// bytesOf a step are what its driver is told, twice, and what that answers, in each of the step's nodes.
func (s *subject) bytesOf(name string, task *pipelinespec.PipelineTaskSpec) int {
	component := s.spec.GetComponents()[task.GetComponentRef().GetName()]
	label := component.GetExecutorLabel()
	deployment := s.spec.GetDeploymentSpec().GetFields()["executors"].GetStructValue()
	container := deployment.GetFields()[label].GetStructValue().GetFields()["container"].GetStructValue()
	platform := s.platform.GetPlatforms()["kubernetes"].GetDeploymentSpec().GetExecutors()[label]
	told := quoted(text(task)) + quoted(text(component)) + quoted(text(container)) + quoted(text(platform))
	fields := container.AsMap()
	patch := map[string]any{
		"image": fields["image"], "args": []any{fields["command"], fields["args"]}, "resources": fields["resources"],
		"platform": text(platform),
		"command":  []string{"--executor_input", s.executorInput(name, task, component), "--component_spec", text(component)},
	}
	asJSON, err := json.Marshal(patch)
	if err != nil {
		panic(err)
	}
	return 2*told + nodesOfStep*quoted(string(asJSON))
}

func (s *subject) executorInput(name string, task *pipelinespec.PipelineTaskSpec, component *pipelinespec.ComponentSpec) string {
	values, inputs, outputs := map[string]any{}, map[string]any{}, map[string]any{"executor-logs": artifact(name, "executor-logs")}
	defaults := s.spec.GetRoot().GetInputDefinitions().GetParameters()
	for key, source := range task.GetInputs().GetParameters() {
		values[key] = source.GetRuntimeValue().GetConstant().AsInterface()
		if chosen := source.GetComponentInputParameter(); chosen != "" {
			values[key] = defaults[chosen].GetDefaultValue().AsInterface()
		}
	}
	for key, source := range task.GetInputs().GetArtifacts() {
		inputs[key] = artifact(source.GetTaskOutputArtifact().GetProducerTask(), key)
	}
	for key := range component.GetOutputDefinitions().GetArtifacts() {
		outputs[key] = artifact(name, key)
	}
	asJSON, err := json.Marshal(map[string]any{
		"inputs":  map[string]any{"parameterValues": values, "artifacts": inputs},
		"outputs": map[string]any{"artifacts": outputs, "outputFile": store + identity + name},
	})
	if err != nil {
		panic(err)
	}
	return string(asJSON)
}

func artifact(step, key string) map[string]any {
	return map[string]any{"artifacts": []any{map[string]any{
		"name": "1", "uri": store + identity + step + identity + key, "metadata": map[string]string{"display_name": key},
		"type": map[string]string{"schemaTitle": "system.Artifact", "schemaVersion": "0.0.1"},
	}}}
}

func text(message proto.Message) string {
	asJSON, err := protojson.Marshal(message)
	if err != nil {
		panic(err)
	}
	return string(asJSON)
}

// quoted is the size of a text as a string in JSON, which is what each of Argo's parameters is.
func quoted(text string) int {
	asJSON, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return len(asJSON)
}
