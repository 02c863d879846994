/*
 * Checks one request COUNT times through the C library, and says what a check took. The same request as SwiftCall's.
 *
 * usage: call DIRECTORY COUNT
 */
#include <inttypes.h>
#include <portcullis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void require(portcullis_result result) {
    char message[1024];
    if (result == PORTCULLIS_OK) return;
    if (portcullis_last_message(message, sizeof message, NULL) != PORTCULLIS_OK) message[0] = 0;
    fprintf(stderr, "call: %d: %s\n", result, message);
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    long count = strtol(argv[2], NULL, 10), allowed = 0;
    portcullis_engine *engine;
    portcullis_reader *reader;
    portcullis_request *request;
    portcullis_decision decision = PORTCULLIS_DECISION_INIT;
    require(portcullis_open(argv[1], PORTCULLIS_TERMINATED, NULL, &engine));
    require(portcullis_reader_create(engine, &reader));
    require(portcullis_request_create(&request));
    require(portcullis_request_set_principal(
        request, "arn:aws:iam::111122223333:role/workload/training-job", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_action(request, "s3:GetObject", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_resource(
        request, "arn:aws:s3:::acme-training-data/sets/vision/part-0.parquet", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_value(
        request, "aws:SecureTransport", PORTCULLIS_TERMINATED, "true", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_session_name(request, "job-42", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_time(request, 1772366400, 0));
    double start = now();
    for (long index = 0; index < count; index++) {
        if (portcullis_check(reader, request, &decision) != PORTCULLIS_OK) return 1;
        allowed += decision.outcome == PORTCULLIS_ALLOW;
    }
    printf("%.3f %ld\n", (now() - start) / (double)count, allowed);
    require(portcullis_request_destroy(request));
    require(portcullis_reader_destroy(reader));
    require(portcullis_close(engine));
    return allowed == count ? 0 : 1;
}
