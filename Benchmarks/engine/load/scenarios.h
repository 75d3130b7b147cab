/* What `load` can do; each prints one JSON object. */
#ifndef SCENARIOS_H
#define SCENARIOS_H

/* Submits without a pause, so many in flight. */
void scenario_submit(int argc, char **argv);
/* Calls from submit to callback, so many in flight or so many a second. */
void scenario_calls(int argc, char **argv);
/* Calls one after another, timed step by step. */
void scenario_steps(int argc, char **argv);
/* Webhooks at a constant rate. */
void scenario_webhooks(int argc, char **argv);
/* Calls that stay live. */
void scenario_live(int argc, char **argv);

#endif
