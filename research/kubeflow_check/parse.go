package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/kubeflow/pipelines/backend/src/apiserver/template"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"gopkg.in/yaml.v3"
)

func (s *subject) parse() error {
	documents, err := readDocuments(s.data)
	if err != nil {
		return err
	}
	if len(documents) == 0 || len(documents) > 2 {
		return fmt.Errorf("want one or two YAML documents, not %d", len(documents))
	}
	if s.template, err = template.New(s.data); err != nil {
		// The server alone says no more than "unknown template format".
		return errors.Join(err, decode(documents[0], &s.spec))
	}
	if s.template.GetTemplateType() != template.V2 {
		return errors.New("this is an Argo workflow, not a KFP 2 pipeline")
	}
	return s.read(documents)
}

// readDocuments goes first because the server's own loop never ends on broken YAML.
func readDocuments(data []byte) (documents []map[string]any, err error) {
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document map[string]any
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		if document != nil {
			documents = append(documents, document)
		}
	}
}

// read refuses what the server would drop without a word, as then the volumes would be missing in the run.
func (s *subject) read(documents []map[string]any) error {
	if err := decode(documents[0], &s.spec); err != nil {
		return fmt.Errorf("the first document is no pipeline spec: %w", err)
	}
	if len(documents) == 1 {
		return nil
	}
	if err := decode(documents[1], &s.platform); err != nil {
		return fmt.Errorf("the second document is no platform spec and would be ignored: %w", err)
	}
	if s.platform.GetPlatforms()["kubernetes"] == nil {
		return errors.New("the second document has no platform \"kubernetes\" and would be ignored")
	}
	return nil
}

func decode(document map[string]any, message proto.Message) error {
	asJSON, err := json.Marshal(document)
	if err != nil {
		return err
	}
	return protojson.Unmarshal(asJSON, message)
}
