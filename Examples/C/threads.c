/*
 * Threads that ask, each by a reader of its own, while the policies are read again and again.
 *
 * usage: threads DIRECTORY RELOADS
 */
#include <pthread.h>
#include <portcullis.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 2, BATCH = 8 };

static atomic_bool is_over;

struct work {
    portcullis_engine *engine;
    unsigned long checks, wrong;
    uint64_t first, last;
};

static void require(portcullis_result result) {
    char message[1024];
    if (result == PORTCULLIS_OK) return;
    if (portcullis_last_message(message, sizeof message, NULL) != PORTCULLIS_OK) message[0] = 0;
    fprintf(stderr, "threads: %d: %s\n", result, message);
    exit(2);
}

static portcullis_request *question(const char *resource) {
    portcullis_request *request;
    require(portcullis_request_create(&request));
    require(portcullis_request_set_principal(
        request, "arn:aws:iam::111122223333:role/workload/training-job", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_action(request, "s3:GetObject", PORTCULLIS_TERMINATED));
    require(portcullis_request_set_resource(request, resource, PORTCULLIS_TERMINATED));
    require(portcullis_request_set_session_name(request, "job-42", PORTCULLIS_TERMINATED));
    return request;
}

static void *ask(void *argument) {
    struct work *work = argument;
    portcullis_reader *reader;
    portcullis_request *requests[BATCH];
    portcullis_decision decisions[BATCH] = {PORTCULLIS_DECISION_INIT};
    require(portcullis_reader_create(work->engine, &reader));
    for (int index = 0; index < BATCH; index++) {
        requests[index] = question(
            index % 2 ? "arn:aws:s3:::acme-training-data/sets/vision/a" : "arn:aws:s3:::acme-training-data/sets/audio/a");
    }
    while (!atomic_load(&is_over)) {
        require(portcullis_check_batch(reader, requests, decisions, BATCH));
        for (int index = 0; index < BATCH; index++) {
            int32_t expected = index % 2 ? PORTCULLIS_ALLOW : PORTCULLIS_IMPLICIT_DENY;
            /* A batch is decided by one revision, and revisions never go back. */
            if (decisions[index].outcome != expected || decisions[index].revision != decisions[0].revision ||
                decisions[index].revision < work->last)
                work->wrong++;
        }
        if (work->checks == 0) work->first = decisions[0].revision;
        work->last = decisions[0].revision;
        work->checks += BATCH;
    }
    for (int index = 0; index < BATCH; index++) require(portcullis_request_destroy(requests[index]));
    require(portcullis_reader_destroy(reader));
    return NULL;
}

int main(int argc, char **argv) {
    pthread_t threads[THREADS];
    struct work works[THREADS] = {0};
    portcullis_engine *engine;
    if (argc != 3) {
        fprintf(stderr, "usage: threads DIRECTORY RELOADS\n");
        return 2;
    }
    require(portcullis_open(argv[1], PORTCULLIS_TERMINATED, NULL, &engine));
    for (int index = 0; index < THREADS; index++) {
        works[index].engine = engine;
        if (pthread_create(&threads[index], NULL, ask, &works[index]) != 0) return 2;
    }
    for (long reload = strtol(argv[2], NULL, 10); reload > 0; reload--) require(portcullis_reload(engine));
    atomic_store(&is_over, true);
    unsigned long wrong = 0;
    for (int index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
        wrong += works[index].wrong;
        printf("%lu checks, revisions %llu to %llu, %lu wrong\n", works[index].checks,
            (unsigned long long)works[index].first, (unsigned long long)works[index].last, works[index].wrong);
    }
    require(portcullis_close(engine));
    return wrong == 0 ? 0 : 1;
}
