package main

import (
	"fmt"

	"github.com/kubeflow/pipelines/kubernetes_platform/go/kubernetesplatform"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/structpb"
)

// checkPlatform looks at what the compiler passes on unread and only the driver reads, in the cluster.
func (s *subject) checkPlatform() error {
	settings := s.platform.GetPlatforms()["kubernetes"].GetDeploymentSpec().GetExecutors()
	used := make(map[string]bool)
	for _, component := range s.spec.GetComponents() {
		used[component.GetExecutorLabel()] = true
	}
	for label, setting := range settings {
		if !used[label] {
			return fmt.Errorf("no component has the executor %q, so its settings would be ignored", label)
		}
		if _, err := driverSettings(setting); err != nil {
			return fmt.Errorf("the driver cannot read the settings of %s: %w", label, err)
		}
	}
	return nil
}

func driverSettings(setting *structpb.Struct) (*kubernetesplatform.KubernetesExecutorConfig, error) {
	asJSON, err := protojson.Marshal(setting)
	if err != nil {
		return nil, err
	}
	settings := &kubernetesplatform.KubernetesExecutorConfig{}
	return settings, protojson.Unmarshal(asJSON, settings)
}
