{{/* The name of the objects: a DNS label that begins with a letter, whatever the release is called. */}}
{{- define "brokkr-agent.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name)) -}}
{{- $full = regexReplaceAll "[^a-z0-9]+" (lower $full) "-" -}}
{{- if not (regexMatch "^[a-z]" $full) }}{{ $full = printf "brokkr-%s" (trimPrefix "-" $full) }}{{ end -}}
{{- $full | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "brokkr-agent.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ .Release.Name | trunc 63 | trimSuffix "-" | quote }}
{{- end }}

{{- define "brokkr-agent.labels" -}}
{{ include "brokkr-agent.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end }}

{{- define "brokkr-agent.serviceAccountName" -}}
{{- $account := .Values.serviceAccount | default dict -}}
{{- $account.name | default (ternary (include "brokkr-agent.fullname" .) "default" ($account.create | default false)) -}}
{{- end }}

{{/* Names of objects outside the release's namespace, so that releases of one name in two namespaces do not meet. */}}
{{- define "brokkr-agent.clusterName" -}}
{{ .Release.Namespace }}-{{ include "brokkr-agent.fullname" . }}
{{- end }}
