package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// Includes of includes beyond this end without end.
const includeLimit = 1000

// APIVersions is .Capabilities.APIVersions: without a cluster nothing is known but what every cluster serves.
type APIVersions []string

// Has says whether the cluster serves a version.
func (v APIVersions) Has(version string) bool {
	for _, known := range v {
		if known == version {
			return true
		}
	}
	return false
}

var capabilities = map[string]interface{}{
	"KubeVersion": map[string]interface{}{"Version": "v1.36.0", "GitVersion": "v1.36.0", "Major": "1", "Minor": "36"},
	"APIVersions": APIVersions{"v1", "apps/v1", "batch/v1", "autoscaling/v2", "policy/v1", "networking.k8s.io/v1", "rbac.authorization.k8s.io/v1"},
	"HelmVersion": map[string]interface{}{"Version": "v3"},
}

func render(chart *Chart, request Request, values map[string]interface{}) (map[string]string, error) {
	top := map[string]interface{}{
		"Values":       values,
		"Chart":        chart.Metadata,
		"Files":        chart.Files,
		"Capabilities": capabilities,
		"Subcharts":    map[string]interface{}{},
		"Release": map[string]interface{}{
			"Name": request.Release, "Namespace": request.Namespace, "Service": "Helm", "Revision": 1, "IsInstall": true, "IsUpgrade": false,
		},
	}
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(functions(root))
	names := sorted(chart.Templates)
	for _, name := range names {
		if _, err := root.New(path.Join(chart.Metadata.Name, name)).Parse(chart.Templates[name]); err != nil {
			return nil, err
		}
	}
	files := map[string]string{}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		top["Template"] = map[string]interface{}{"Name": path.Join(chart.Metadata.Name, name), "BasePath": path.Join(chart.Metadata.Name, "templates")}
		text, err := execute(root, path.Join(chart.Metadata.Name, name), top)
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(text) != "" {
			files[name] = text
		}
	}
	return files, nil
}

// execute writes nothing where a value is missing.
func execute(root *template.Template, name string, data interface{}) (string, error) {
	var text strings.Builder
	err := root.ExecuteTemplate(&text, name, data)
	return strings.ReplaceAll(text.String(), "<no value>", ""), err
}

func functions(root *template.Template) template.FuncMap {
	functions := sprig.TxtFuncMap()
	// Charts must not depend on whose machine they are rendered on.
	delete(functions, "env")
	delete(functions, "expandenv")

	depth := map[string]int{}
	functions["include"] = func(name string, data interface{}) (string, error) {
		if depth[name] > includeLimit {
			return "", fmt.Errorf("the template %s includes itself without end", name)
		}
		depth[name]++
		defer func() { depth[name]-- }()
		var text strings.Builder
		err := root.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	functions["tpl"] = func(text string, data interface{}) (string, error) {
		clone, err := root.Clone()
		if err != nil {
			return "", err
		}
		if _, err := clone.New("tpl").Parse(text); err != nil {
			return "", err
		}
		return execute(clone, "tpl", data)
	}
	functions["required"] = func(message string, value interface{}) (interface{}, error) {
		if value == nil || value == "" {
			return value, errors.New(message)
		}
		return value, nil
	}
	functions["fail"] = func(message string) (string, error) { return "", errors.New(message) }
	functions["lookup"] = func(apiVersion, kind, namespace, name string) map[string]interface{} { return map[string]interface{}{} }
	functions["toYaml"] = toYaml
	functions["fromYaml"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	functions["fromJson"] = func(text string) map[string]interface{} {
		value := map[string]interface{}{}
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			value["Error"] = err.Error()
		}
		return value
	}
	functions["toJson"] = func(value interface{}) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	return functions
}

func toYaml(value interface{}) string {
	text, err := yaml.Marshal(value)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}
