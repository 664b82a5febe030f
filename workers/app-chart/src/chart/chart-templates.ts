const helpers = `{{/* The labels that selectors use. A Deployment's selector never changes, so they are those of the generic chart. */}}
{{- define "app.selectorLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "app.labels" -}}
{{ include "app.selectorLabels" . }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels:
    {{- include "app.labels" . | nindent 4 }}
spec:
  {{- if not .Values.autoscaling }}
  replicas: {{ .Values.replicaCount | default 1 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "app.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "app.labels" . | nindent 8 }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      {{- with .Values.serviceAccount }}
      serviceAccountName: {{ .name | default $.Release.Name }}
      {{- end }}
      containers:
        - name: app
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          imagePullPolicy: {{ .Values.image.pullPolicy | default "IfNotPresent" }}
          {{- with .Values.service }}
          ports:
            - name: http
              containerPort: {{ .targetPort | default .port }}
          {{- end }}
          {{- with .Values.env }}
          env:
            {{- range $name, $value := . }}
            - name: {{ $name }}
              value: {{ $value | quote }}
            {{- end }}
          {{- end }}
          {{- with .Values.probes }}
          readinessProbe:
            httpGet:
              path: {{ .path }}
              port: http
          livenessProbe:
            httpGet:
              path: {{ .path }}
              port: http
          {{- end }}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- if .Values.config }}
          volumeMounts:
            - name: config
              mountPath: /etc/app
              readOnly: true
          {{- end }}
      {{- if .Values.config }}
      volumes:
        - name: config
          configMap:
            name: {{ .Release.Name }}
      {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`;

const service = `{{- with .Values.service }}
apiVersion: v1
kind: Service
metadata:
  name: {{ $.Release.Name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
spec:
  type: {{ .type | default "ClusterIP" }}
  ports:
    - name: http
      port: {{ .port }}
      targetPort: http
  selector:
    {{- include "app.selectorLabels" $ | nindent 4 }}
{{- end }}
`;

const ingress = `{{- with .Values.ingress }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $.Release.Name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
spec:
  {{- with .className }}
  ingressClassName: {{ . }}
  {{- end }}
  rules:
    - host: {{ .host | quote }}
      http:
        paths:
          - path: {{ .path | default "/" }}
            pathType: Prefix
            backend:
              service:
                name: {{ $.Release.Name }}
                port:
                  name: http
{{- end }}
`;

const autoscaler = `{{- with .Values.autoscaling }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $.Release.Name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ $.Release.Name }}
  minReplicas: {{ .minReplicas | default 1 }}
  maxReplicas: {{ .maxReplicas }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: {{ .targetCpu | default 80 }}
{{- end }}
`;

const configMap = `{{- with .Values.config }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $.Release.Name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
data:
  {{- toYaml . | nindent 2 }}
{{- end }}
`;

const serviceAccount = `{{- with .Values.serviceAccount }}
{{- if .create }}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ .name | default $.Release.Name }}
  labels:
    {{- include "app.labels" $ | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}
`;

const templateOfValue: Readonly<Record<string, readonly [name: string, text: string]>> = {
  service: ['service.yaml', service],
  ingress: ['ingress.yaml', ingress],
  autoscaling: ['autoscaler.yaml', autoscaler],
  config: ['config-map.yaml', configMap],
  serviceAccount: ['service-account.yaml', serviceAccount],
};

/** The templates of the generic chart that an application needs, by file name, for the values that it sets anywhere. */
export function chartTemplates(usedValues: ReadonlySet<string>): ReadonlyMap<string, string> {
  const needed = Object.entries(templateOfValue).filter(([value]) => usedValues.has(value));
  return new Map([
    ['_helpers.tpl', helpers],
    ['deployment.yaml', deployment],
    ...needed.map(([, template]) => template),
  ]);
}

/** A plain manifest as a template: what looks like the start of a template action in it is text. */
export function escapeTemplate(manifest: string): string {
  return manifest.replaceAll('{{', '{{ "{{" }}');
}
