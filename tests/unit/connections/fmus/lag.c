/* A first-order lag x' = (gain u - x)/5, y = x, for FMI 2 (both kinds) and, with -DFMI3, FMI 3 co-simulation.
 * An input above 90 crashes it, above 80 it never answers, above 70 it reports an error, below 0 it wants all memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { double x, u, gain, y, time; } State;

static int misbehave(const State *s) {
    if (s->u > 90) { volatile int *nowhere = 0; *nowhere = 1; }
    if (s->u > 80) for (volatile int i = 0; ; i++) { }
    if (s->u > 70) return 1;
    if (s->u < 0) { for (;;) { volatile char *p = malloc(1 << 26); if (!p) abort(); *p = 1; } }
    return 0;
}
static int move(State *s, double h) {
    double end = s->gain * s->u;
    printf("{\"y\": [666]}\n"); fflush(stdout); /* what an FMU prints must disturb nobody */
    s->x = end + (s->x - end) * exp(-h / 5.0);
    s->y = s->x; s->time += h;
    return misbehave(s);
}
static double *place(State *s, unsigned vr) { return vr == 1 ? &s->u : vr == 2 ? &s->y : vr == 3 ? &s->gain : &s->x; }

#ifndef FMI3
#include "fmi2Functions.h"
const char *fmi2GetTypesPlatform(void) { return fmi2TypesPlatform; }
const char *fmi2GetVersion(void) { return "2.0"; }
fmi2Status fmi2SetDebugLogging(fmi2Component c, fmi2Boolean l, size_t n, const fmi2String k[]) { return fmi2OK; }
fmi2Component fmi2Instantiate(fmi2String n, fmi2Type t, fmi2String g, fmi2String r, const fmi2CallbackFunctions *f,
                              fmi2Boolean v, fmi2Boolean l) {
    if (strcmp(g, "{lag}")) return 0;
    State *s = calloc(1, sizeof(State)); s->gain = 0.1; return s;
}
void fmi2FreeInstance(fmi2Component c) { free(c); }
fmi2Status fmi2SetupExperiment(fmi2Component c, fmi2Boolean d, fmi2Real t, fmi2Real s, fmi2Boolean e, fmi2Real x) { return fmi2OK; }
fmi2Status fmi2EnterInitializationMode(fmi2Component c) { return fmi2OK; }
fmi2Status fmi2ExitInitializationMode(fmi2Component c) { State *s = c; s->x = s->y = s->gain * s->u; return fmi2OK; }
fmi2Status fmi2Terminate(fmi2Component c) { return fmi2OK; }
fmi2Status fmi2Reset(fmi2Component c) { return fmi2OK; }
fmi2Status fmi2GetReal(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2Real v[]) {
    State *s = c; s->y = s->x; for (size_t i = 0; i < n; i++) v[i] = *place(s, vr[i]); return fmi2OK; }
fmi2Status fmi2SetReal(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2Real v[]) {
    for (size_t i = 0; i < n; i++) *place(c, vr[i]) = v[i]; return fmi2OK; }
#define OTHER(T) \
    fmi2Status fmi2Get##T(fmi2Component c, const fmi2ValueReference vr[], size_t n, fmi2##T v[]) { return fmi2Error; } \
    fmi2Status fmi2Set##T(fmi2Component c, const fmi2ValueReference vr[], size_t n, const fmi2##T v[]) { return fmi2Error; }
OTHER(Integer) OTHER(Boolean) OTHER(String)
fmi2Status fmi2GetFMUstate(fmi2Component c, fmi2FMUstate *f) {
    if (!*f) *f = malloc(sizeof(State)); memcpy(*f, c, sizeof(State)); return fmi2OK; }
fmi2Status fmi2SetFMUstate(fmi2Component c, fmi2FMUstate f) { memcpy(c, f, sizeof(State)); return fmi2OK; }
fmi2Status fmi2FreeFMUstate(fmi2Component c, fmi2FMUstate *f) { free(*f); *f = 0; return fmi2OK; }
fmi2Status fmi2SerializedFMUstateSize(fmi2Component c, fmi2FMUstate f, size_t *n) { *n = sizeof(State); return fmi2OK; }
fmi2Status fmi2SerializeFMUstate(fmi2Component c, fmi2FMUstate f, fmi2Byte b[], size_t n) { memcpy(b, f, n); return fmi2OK; }
fmi2Status fmi2DeSerializeFMUstate(fmi2Component c, const fmi2Byte b[], size_t n, fmi2FMUstate *f) {
    if (!*f) *f = malloc(sizeof(State)); memcpy(*f, b, n); return fmi2OK; }
fmi2Status fmi2GetDirectionalDerivative(fmi2Component c, const fmi2ValueReference a[], size_t n, const fmi2ValueReference b[],
                                        size_t m, const fmi2Real d[], fmi2Real e[]) { return fmi2Error; }
fmi2Status fmi2DoStep(fmi2Component c, fmi2Real t, fmi2Real h, fmi2Boolean p) { return move(c, h) ? fmi2Error : fmi2OK; }
fmi2Status fmi2CancelStep(fmi2Component c) { return fmi2Error; }
fmi2Status fmi2SetRealInputDerivatives(fmi2Component c, const fmi2ValueReference v[], size_t n, const fmi2Integer o[], const fmi2Real x[]) { return fmi2Error; }
fmi2Status fmi2GetRealOutputDerivatives(fmi2Component c, const fmi2ValueReference v[], size_t n, const fmi2Integer o[], fmi2Real x[]) { return fmi2Error; }
#define STATUS(K, T) fmi2Status fmi2Get##K(fmi2Component c, const fmi2StatusKind s, T *v) { return fmi2Discard; }
STATUS(Status, fmi2Status) STATUS(RealStatus, fmi2Real) STATUS(IntegerStatus, fmi2Integer)
STATUS(BooleanStatus, fmi2Boolean) STATUS(StringStatus, fmi2String)
fmi2Status fmi2EnterEventMode(fmi2Component c) { return fmi2OK; }
fmi2Status fmi2NewDiscreteStates(fmi2Component c, fmi2EventInfo *e) { memset(e, 0, sizeof *e); return fmi2OK; }
fmi2Status fmi2EnterContinuousTimeMode(fmi2Component c) { return fmi2OK; }
fmi2Status fmi2CompletedIntegratorStep(fmi2Component c, fmi2Boolean n, fmi2Boolean *e, fmi2Boolean *t) { *e = *t = 0; return fmi2OK; }
fmi2Status fmi2SetTime(fmi2Component c, fmi2Real t) { ((State *)c)->time = t; return fmi2OK; }
fmi2Status fmi2SetContinuousStates(fmi2Component c, const fmi2Real x[], size_t n) { ((State *)c)->x = x[0]; return fmi2OK; }
fmi2Status fmi2GetDerivatives(fmi2Component c, fmi2Real d[], size_t n) {
    State *s = c; d[0] = (s->gain * s->u - s->x) / 5.0; return misbehave(s) ? fmi2Error : fmi2OK; }
fmi2Status fmi2GetEventIndicators(fmi2Component c, fmi2Real z[], size_t n) { return fmi2OK; }
fmi2Status fmi2GetContinuousStates(fmi2Component c, fmi2Real x[], size_t n) { x[0] = ((State *)c)->x; return fmi2OK; }
fmi2Status fmi2GetNominalsOfContinuousStates(fmi2Component c, fmi2Real x[], size_t n) { x[0] = 1; return fmi2OK; }
#else
#include "fmi3Functions.h"
const char *fmi3GetVersion(void) { return "3.0"; }
fmi3Status fmi3SetDebugLogging(fmi3Instance c, fmi3Boolean l, size_t n, const fmi3String k[]) { return fmi3OK; }
fmi3Instance fmi3InstantiateCoSimulation(fmi3String n, fmi3String g, fmi3String r, fmi3Boolean v, fmi3Boolean l, fmi3Boolean e,
    fmi3Boolean a, const fmi3ValueReference q[], size_t m, fmi3InstanceEnvironment i, fmi3LogMessageCallback f,
    fmi3IntermediateUpdateCallback u) { State *s = calloc(1, sizeof(State)); s->gain = 0.1; return s; }
void fmi3FreeInstance(fmi3Instance c) { free(c); }
fmi3Status fmi3EnterInitializationMode(fmi3Instance c, fmi3Boolean d, fmi3Float64 t, fmi3Float64 s, fmi3Boolean e, fmi3Float64 x) { return fmi3OK; }
fmi3Status fmi3ExitInitializationMode(fmi3Instance c) { State *s = c; s->x = s->y = s->gain * s->u; return fmi3OK; }
fmi3Status fmi3Terminate(fmi3Instance c) { return fmi3OK; }
fmi3Status fmi3Reset(fmi3Instance c) { return fmi3OK; }
fmi3Status fmi3GetFloat64(fmi3Instance c, const fmi3ValueReference vr[], size_t n, fmi3Float64 v[], size_t m) {
    for (size_t i = 0; i < n; i++) v[i] = *place(c, vr[i]); return fmi3OK; }
fmi3Status fmi3SetFloat64(fmi3Instance c, const fmi3ValueReference vr[], size_t n, const fmi3Float64 v[], size_t m) {
    for (size_t i = 0; i < n; i++) *place(c, vr[i]) = v[i]; return fmi3OK; }
fmi3Status fmi3GetFMUState(fmi3Instance c, fmi3FMUState *f) {
    if (!*f) *f = malloc(sizeof(State)); memcpy(*f, c, sizeof(State)); return fmi3OK; }
fmi3Status fmi3SetFMUState(fmi3Instance c, fmi3FMUState f) { memcpy(c, f, sizeof(State)); return fmi3OK; }
fmi3Status fmi3FreeFMUState(fmi3Instance c, fmi3FMUState *f) { free(*f); *f = 0; return fmi3OK; }
fmi3Status fmi3SerializedFMUStateSize(fmi3Instance c, fmi3FMUState f, size_t *n) { *n = sizeof(State); return fmi3OK; }
fmi3Status fmi3SerializeFMUState(fmi3Instance c, fmi3FMUState f, fmi3Byte b[], size_t n) { memcpy(b, f, n); return fmi3OK; }
fmi3Status fmi3DeserializeFMUState(fmi3Instance c, const fmi3Byte b[], size_t n, fmi3FMUState *f) {
    if (!*f) *f = malloc(sizeof(State)); memcpy(*f, b, n); return fmi3OK; }
fmi3Status fmi3EnterStepMode(fmi3Instance c) { return fmi3OK; }
fmi3Status fmi3DoStep(fmi3Instance c, fmi3Float64 t, fmi3Float64 h, fmi3Boolean p, fmi3Boolean *e, fmi3Boolean *x, fmi3Boolean *r,
    fmi3Float64 *l) { *e = *x = *r = 0; *l = t + h; return move(c, h) ? fmi3Error : fmi3OK; }
#endif
