/* Loads a daemon from outside, over its socket and HTTP; see scenarios.h. */
#include <string.h>

#include "../base.h"
#include "scenarios.h"

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*run)(int, char **);
    } scenarios[] = {
        {"submit", scenario_submit},     {"calls", scenario_calls}, {"steps", scenario_steps},
        {"webhooks", scenario_webhooks}, {"live", scenario_live},
    };
    for (size_t i = 0; argc > 1 && i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(argv[1], scenarios[i].name)) continue;
        scenarios[i].run(argc - 2, argv + 2);
        return 0;
    }
    die("usage: load submit|calls|steps|webhooks|live --socket PATH [--name value]...");
}
