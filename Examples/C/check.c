/*
 * Decides whether Ada may list a bucket, with and without multi-factor authentication, and says why not.
 *
 * usage: check DIRECTORY
 */
#include <portcullis.h>
#include <stdio.h>
#include <stdlib.h>

/* Ends the program with the library's words when something went wrong. */
static void require(portcullis_result result) {
    char message[1024];
    if (result == PORTCULLIS_OK) return;
    if (portcullis_last_message(message, sizeof message, NULL) != PORTCULLIS_OK) message[0] = 0;
    fprintf(stderr, "check: %d: %s\n", result, message);
    exit(2);
}

static const char *word(int32_t outcome) {
    switch (outcome) {
        case PORTCULLIS_ALLOW: return "allow";
        case PORTCULLIS_IMPLICIT_DENY: return "implicit deny";
        case PORTCULLIS_EXPLICIT_DENY: return "explicit deny";
        default: return "undecided";
    }
}

/* An explanation has any length, so its length is asked for first. */
static char *explain(portcullis_engine *engine, portcullis_request *request) {
    size_t length = 0;
    if (portcullis_explain(engine, request, 0, NULL, 0, &length) != PORTCULLIS_ERROR_BUFFER_TOO_SMALL) return NULL;
    char *json = malloc(length + 1);
    if (json) require(portcullis_explain(engine, request, 0, json, length + 1, NULL));
    return json;
}

int main(int argc, char **argv) {
    portcullis_engine *engine;
    portcullis_reader *reader;
    portcullis_request *request;
    portcullis_decision decision = PORTCULLIS_DECISION_INIT;
    char name[256];
    if (argc != 2) {
        fprintf(stderr, "usage: check DIRECTORY\n");
        return 2;
    }
    require(portcullis_open(argv[1], PORTCULLIS_TERMINATED, NULL, &engine));
    require(portcullis_reader_create(engine, &reader));
    require(portcullis_request_create(&request));
    require(portcullis_request_set_principal(request, "arn:aws:iam::111122223333:user/ada", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_action(request, "s3:ListBucket", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_resource(request, "arn:aws:s3:::acme-checkpoints", PORTCULLIS_TERMINATED));

    require(portcullis_check(reader, request, &decision));
    require(portcullis_policy_name(engine, &decision, name, sizeof name, NULL));
    printf("without MFA: %s by %s\n", word(decision.outcome), name);
    char *json = explain(engine, request);
    printf("why: %.60s...\n", json ? json : "");
    free(json);

    require(portcullis_request_set_mfa(request, 1, 600));
    require(portcullis_check(reader, request, &decision));
    printf("with MFA: %s\n", word(decision.outcome));

    require(portcullis_request_destroy(request));
    require(portcullis_reader_destroy(reader));
    require(portcullis_close(engine));
    return decision.outcome == PORTCULLIS_ALLOW ? 0 : 1;
}
