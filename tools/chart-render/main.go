// Renders charts with the template engine, the functions and the rules for values that Helm has, where there is no Helm.
// Reads a JSON list of requests from standard input, and writes a JSON list of answers in the same order.
package main

import (
	"encoding/json"
	"fmt"
	"os"
)

// Request names a chart and what it is installed with.
type Request struct {
	Chart     string `json:"chart"`     // directory of the chart
	Release   string `json:"release"`   // name of the release
	Namespace string `json:"namespace"` // namespace of the release
	Values    string `json:"values"`    // YAML, as in a file given with --values
}

// Answer holds what a chart became, or why it became nothing.
type Answer struct {
	Values  map[string]interface{} `json:"values"`  // the chart's values with those of the request over them
	Files   map[string]string      `json:"files"`   // text of each template that is not empty, by its path in the chart
	Objects []interface{}          `json:"objects"` // the manifests of all files but NOTES.txt
	Error   string                 `json:"error"`   // empty where the chart was rendered
}

func main() {
	var requests []Request
	if err := json.NewDecoder(os.Stdin).Decode(&requests); err != nil {
		fmt.Fprintln(os.Stderr, "chart-render reads a JSON list of requests from standard input:", err)
		os.Exit(2)
	}
	answers := make([]Answer, len(requests))
	for i, request := range requests {
		answers[i] = answer(request)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func answer(request Request) (answer Answer) {
	fail := func(err error) Answer {
		answer.Error = err.Error()
		return answer
	}
	chart, err := load(request.Chart)
	if err != nil {
		return fail(err)
	}
	if answer.Values, err = coalesce(chart, request.Values); err != nil {
		return fail(err)
	}
	if answer.Files, err = render(chart, request, answer.Values); err != nil {
		return fail(err)
	}
	if answer.Objects, err = objects(answer.Files); err != nil {
		return fail(err)
	}
	return answer
}
