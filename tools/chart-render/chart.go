package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// Metadata is Chart.yaml, as templates see it under .Chart.
type Metadata struct {
	APIVersion  string `json:"apiVersion"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Type        string `json:"type"`
	Version     string `json:"version"`
	AppVersion  string `json:"appVersion"`
	KubeVersion string `json:"kubeVersion"`
	IsRoot      bool   `json:"-"`
}

// Chart is a chart as it lies in its directory.
type Chart struct {
	Metadata  Metadata
	Values    map[string]interface{}
	Templates map[string]string // text by path in the chart
	Files     Files             // everything else
}

// Files is .Files: what a chart holds besides its templates.
type Files map[string][]byte

// Get answers the text of a file, empty where there is none.
func (f Files) Get(name string) string { return string(f[name]) }

// Glob answers the files whose path fits a pattern.
func (f Files) Glob(pattern string) Files {
	found := Files{}
	for name, content := range f {
		if ok, _ := path.Match(pattern, name); ok {
			found[name] = content
		}
	}
	return found
}

// AsConfig answers the files as the data of a ConfigMap.
func (f Files) AsConfig() string {
	data := map[string]string{}
	for name, content := range f {
		data[path.Base(name)] = string(content)
	}
	return toYaml(data)
}

func load(directory string) (*Chart, error) {
	chart := &Chart{Templates: map[string]string{}, Files: Files{}}
	err := filepath.Walk(directory, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(directory, file)
		if err != nil {
			return err
		}
		switch {
		case name == "Chart.yaml":
			return yaml.UnmarshalStrict(content, &chart.Metadata)
		case name == "values.yaml":
			return yaml.UnmarshalStrict(content, &chart.Values)
		case strings.HasPrefix(name, "templates/"):
			chart.Templates[name] = string(content)
		default:
			chart.Files[name] = content
		}
		return nil
	})
	if err == nil && chart.Metadata.Name == "" {
		err = fmt.Errorf("%s holds no Chart.yaml with a name", directory)
	}
	chart.Metadata.IsRoot = true
	return chart, err
}

// coalesce lays values over those of the chart. A null takes the chart's own away.
func coalesce(chart *Chart, values string) (map[string]interface{}, error) {
	given := map[string]interface{}{}
	if err := yaml.Unmarshal([]byte(values), &given); err != nil {
		return nil, fmt.Errorf("the values are not YAML: %w", err)
	}
	return lay(given, chart.Values), nil
}

func lay(given, base map[string]interface{}) map[string]interface{} {
	all := map[string]interface{}{}
	for key, value := range base {
		all[key] = value
	}
	for key, value := range given {
		below, isKnown := base[key]
		over, isMap := value.(map[string]interface{})
		under, wasMap := below.(map[string]interface{})
		switch {
		case value == nil && isKnown:
			delete(all, key)
		case isMap && wasMap:
			all[key] = lay(over, under)
		default:
			all[key] = value
		}
	}
	return all
}

// objects parses the manifests, in the order of their files. A key that stands twice is an error.
func objects(files map[string]string) ([]interface{}, error) {
	found := []interface{}{}
	for _, name := range sorted(files) {
		if path.Base(name) == "NOTES.txt" {
			continue
		}
		for _, text := range strings.Split("\n"+files[name], "\n---") {
			var object interface{}
			if err := yaml.UnmarshalStrict([]byte(text), &object); err != nil {
				return nil, fmt.Errorf("%s is not YAML: %w", name, err)
			}
			if object != nil {
				found = append(found, object)
			}
		}
	}
	return found, nil
}

func sorted(files map[string]string) []string {
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
