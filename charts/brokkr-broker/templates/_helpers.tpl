{{/* The name of the objects: a DNS label that begins with a letter, whatever the release is called. */}}
{{- define "brokkr-broker.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name)) -}}
{{- $full = regexReplaceAll "[^a-z0-9]+" (lower $full) "-" -}}
{{- if not (regexMatch "^[a-z]" $full) }}{{ $full = printf "brokkr-%s" (trimPrefix "-" $full) }}{{ end -}}
{{- $full | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{- define "brokkr-broker.selectorLabels" -}}
app.kubernetes.io/name: {{ .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ .Release.Name | trunc 63 | trimSuffix "-" | quote }}
{{- end }}

{{- define "brokkr-broker.labels" -}}
{{ include "brokkr-broker.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- end }}

{{- define "brokkr-broker.serviceAccountName" -}}
{{- $account := .Values.serviceAccount | default dict -}}
{{- $account.name | default (ternary (include "brokkr-broker.fullname" .) "default" ($account.create | default false)) -}}
{{- end }}

{{/* Whether there is a certificate; empty means no. */}}
{{- define "brokkr-broker.tls" -}}
{{- $tls := .Values.tls | default dict -}}
{{- if or $tls.secretName ($tls.certManager | default dict).enabled }}true{{ end -}}
{{- end }}

{{- define "brokkr-broker.tlsSecretName" -}}
{{- (.Values.tls | default dict).secretName | default (printf "%s-tls" (include "brokkr-broker.fullname" .)) -}}
{{- end }}

{{/* The port of the Service that a proxy takes for REST or gRPC: the one without TLS where there is one. */}}
{{- define "brokkr-broker.backendPort" -}}
{{- $service := .root.Values.service | default dict -}}
{{- if not .root.Values.allowCleartext }}{{ $service.httpsPort | default 8443 | int }}
{{- else if eq .face "rest" }}{{ $service.httpPort | default 8080 | int }}
{{- else }}{{ $service.grpcPort | default 8081 | int }}{{ end -}}
{{- end }}
