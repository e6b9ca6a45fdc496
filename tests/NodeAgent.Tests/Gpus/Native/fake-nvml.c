/* A stand-in for libnvidia-ml.so.1: a GeForce, a data centre card cut into two MIG devices, and a lost GPU.
   It refuses structures of the wrong version, as the real library does, and lacks
   nvmlDeviceGetCudaComputeCapability, as an old one would. */
#include <stdint.h>
#include <string.h>

enum { GEFORCE = 0x1000, CARD = 0x2000, MIG_FIRST = 0x2100 };
enum { NOT_SUPPORTED = 3, NOT_FOUND = 6, UNINITIALIZED = 1, INVALID_ARGUMENT = 2, TIMEOUT = 10, LOST = 15, VERSION_MISMATCH = 25 };

static int init_code;
static int started;

/* The environment of a running .NET process does not reach getenv, so tests set the scenario by a call. */
void fake_nvml_set_init_code(int code) { init_code = code; }

static int text(char *to, uint32_t length, const char *from) { strncpy(to, from, length); return 0; }

int nvmlInit_v2(void) { started = init_code == 0; return init_code; }
int nvmlSystemGetDriverVersion(char *to, uint32_t length) { return text(to, length, "580.65.06"); }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 13000; return 0; }
int nvmlDeviceGetCount_v2(uint32_t *count) { *count = 3; return started ? 0 : UNINITIALIZED; }

int nvmlDeviceGetHandleByIndex_v2(uint32_t index, intptr_t *device)
{
    if (index == 2) { return LOST; }
    *device = index == 0 ? GEFORCE : CARD;
    return 0;
}

int nvmlDeviceGetName(intptr_t device, char *to, uint32_t length)
{
    return text(to, length, device == GEFORCE ? "NVIDIA GeForce RTX 4090" : "NVIDIA A100-SXM4-80GB");
}

int nvmlDeviceGetUUID(intptr_t device, char *to, uint32_t length)
{
    switch (device)
    {
        case GEFORCE: return text(to, length, "GPU-11111111-2222-3333-4444-555555555555");
        case CARD: return text(to, length, "GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee");
        case MIG_FIRST: return text(to, length, "MIG-00000000-0000-0000-0000-000000000001");
        default: return text(to, length, "MIG-00000000-0000-0000-0000-000000000002");
    }
}

int nvmlDeviceGetPciInfo_v3(intptr_t device, char *info)
{
    return text(info + 36, 32, device == GEFORCE ? "00000000:01:00.0" : "00000000:41:00.0");
}

int nvmlDeviceGetMemoryInfo_v2(intptr_t device, void *out)
{
    struct { uint32_t version; uint64_t total, reserved, free, used; } *memory = out;
    if (memory->version != 0x02000028) { return VERSION_MISMATCH; }
    memory->total = device == GEFORCE ? 24564ull << 20 : 19968ull << 20;
    memory->reserved = 500ull << 20;
    memory->free = 10240ull << 20;
    memory->used = memory->total - memory->reserved - memory->free;
    return 0;
}

int nvmlDeviceGetUtilizationRates(intptr_t device, uint32_t *rates)
{
    if (device != GEFORCE) { return NOT_SUPPORTED; }
    rates[0] = 37;
    rates[1] = 12;
    return 0;
}

int nvmlDeviceGetTemperatureV(intptr_t device, uint32_t *temperature)
{
    if (temperature[0] != 0x0100000C) { return VERSION_MISMATCH; }
    if (device == CARD) { return NOT_SUPPORTED; }
    temperature[2] = 61;
    return 0;
}

int nvmlDeviceGetTemperature(intptr_t device, int sensor, uint32_t *celsius) { *celsius = 44; return 0; }
int nvmlDeviceGetTotalEnergyConsumption(intptr_t device, uint64_t *millijoules) { *millijoules = 7250500; return 0; }
int nvmlDeviceGetPowerUsage(intptr_t device, uint32_t *milliwatts) { *milliwatts = 187500; return 0; }

int nvmlDeviceGetTotalEccErrors(intptr_t device, int error_type, int counter_type, uint64_t *count)
{
    if (device != CARD || counter_type != 0) { return NOT_SUPPORTED; }
    *count = error_type == 0 ? 12 : 1;
    return 0;
}

/* One XID 79 of the data centre card, told to the one set of each registration. */
static int xids_left;
int nvmlEventSetCreate(intptr_t *events) { *events = 0x77; return 0; }

int nvmlDeviceRegisterEvents(intptr_t device, uint64_t types, intptr_t events)
{
    if (types != 8 || events != 0x77) { return INVALID_ARGUMENT; }
    if (device == GEFORCE) { return NOT_SUPPORTED; }
    xids_left = 1;
    return 0;
}

int nvmlEventSetWait_v2(intptr_t events, void *out, uint32_t milliseconds)
{
    struct { intptr_t device; uint64_t type, data; uint32_t gpu_instance, compute_instance; } *event = out;
    if (xids_left == 0 || milliseconds != 0) { return TIMEOUT; }
    xids_left = 0;
    event->device = CARD;
    event->type = 8;
    event->data = 79;
    event->gpu_instance = event->compute_instance = 0xFFFFFFFF;
    return 0;
}

int nvmlDeviceGetMigMode(intptr_t device, uint32_t *current, uint32_t *pending)
{
    *current = *pending = device == CARD;
    return device == GEFORCE ? NOT_SUPPORTED : 0;
}

int nvmlDeviceGetMaxMigDeviceCount(intptr_t device, uint32_t *count) { *count = 7; return 0; }

int nvmlDeviceGetMigDeviceHandleByIndex(intptr_t device, uint32_t index, intptr_t *mig)
{
    if (index > 1) { return NOT_FOUND; }
    *mig = MIG_FIRST + index;
    return 0;
}

int nvmlDeviceGetAttributes_v2(intptr_t device, void *out)
{
    struct { uint32_t processors, copy, decoders, encoders, jpeg, ofa, gpu_slices, compute_slices; uint64_t memory_mb; } *shape = out;
    shape->gpu_slices = 2;
    shape->compute_slices = 2;
    shape->memory_mb = 19968;
    return 0;
}
