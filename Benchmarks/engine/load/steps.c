/* Calls one after another, timed step by step. */
#include "scenarios.h"
#include "../base.h"
void scenario_steps(int argc, char **argv) { (void)argc; (void)argv; die("not yet"); }
void scenario_webhooks(int argc, char **argv) { (void)argc; (void)argv; die("not yet"); }
void scenario_live(int argc, char **argv) { (void)argc; (void)argv; die("not yet"); }
