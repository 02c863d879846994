/*
 * Does what the library can find out to be wrong, and expects to be told. Ends with 0 when it was, each time.
 *
 * usage: misuse DIRECTORY
 */
#include <pthread.h>
#include <portcullis.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void expect(const char *what, portcullis_result expected, portcullis_result result) {
    char name[64], message[1024];
    if (portcullis_result_name(result, name, sizeof name, NULL) != PORTCULLIS_OK) strcpy(name, "?");
    if (portcullis_last_message(message, sizeof message, NULL) != PORTCULLIS_OK) message[0] = 0;
    printf("%-40s %s: %s\n", what, name, message);
    if (result != expected) {
        printf("    EXPECTED %d, got %d\n", expected, result);
        failures++;
    }
}

static portcullis_reader *lent_reader;
static portcullis_request *lent_request;
static portcullis_engine *engine;

static void *elsewhere(void *left) {
    portcullis_decision decision = PORTCULLIS_DECISION_INIT;
    expect("a reader of another thread", PORTCULLIS_ERROR_WRONG_THREAD,
        portcullis_check(lent_reader, lent_request, &decision));
    expect("a request of another thread", PORTCULLIS_ERROR_WRONG_THREAD,
        portcullis_request_set_action(lent_request, "s3:GetObject", PORTCULLIS_TERMINATED));
    expect("destroying a reader of another thread", PORTCULLIS_ERROR_WRONG_THREAD,
        portcullis_reader_destroy(lent_reader));
    portcullis_reader_create(engine, (portcullis_reader **)left);
    return NULL;
}

int main(int argc, char **argv) {
    const char no_utf8[] = {(char)0xC3, '(', 0}, with_zero[] = {'a', 0, 'b'};
    char byte = 'x';
    size_t length = 0;
    portcullis_decision decision = PORTCULLIS_DECISION_INIT;
    portcullis_settings settings = PORTCULLIS_SETTINGS_INIT;
    portcullis_engine *none;
    portcullis_reader *reader, *left = NULL;
    portcullis_request *request;
    pthread_t thread;
    if (argc != 2) return 2;

    expect("opening nothing", PORTCULLIS_ERROR_NULL_ARGUMENT, portcullis_open(NULL, 0, NULL, &none));
    expect("opening what is not there", PORTCULLIS_ERROR_UNREACHABLE,
        portcullis_open("/nowhere/at/all", PORTCULLIS_TERMINATED, NULL, &none));
    settings.size = 3;
    expect("settings of a wrong size", PORTCULLIS_ERROR_WRONG_SIZE,
        portcullis_open(argv[1], PORTCULLIS_TERMINATED, &settings, &none));
    settings.size = sizeof settings;
    expect("an address without keys", PORTCULLIS_ERROR_INVALID_ARGUMENT,
        portcullis_follow("https://policies.example/pointer", PORTCULLIS_TERMINATED, &settings, &none));
    expect("closing nothing", PORTCULLIS_ERROR_NULL_ARGUMENT, portcullis_close(NULL));
    expect("closing what is no engine", PORTCULLIS_ERROR_INVALID_HANDLE, portcullis_close((portcullis_engine *)&byte));

    expect("opening", PORTCULLIS_OK, portcullis_open(argv[1], PORTCULLIS_TERMINATED, NULL, &engine));
    expect("a reader", PORTCULLIS_OK, portcullis_reader_create(engine, &reader));
    expect("a request", PORTCULLIS_OK, portcullis_request_create(&request));
    expect("checking half a request", PORTCULLIS_ERROR_INVALID_REQUEST, portcullis_check(reader, request, &decision));
    expect("text that is not UTF-8", PORTCULLIS_ERROR_NOT_UTF8,
        portcullis_request_set_resource(request, no_utf8, PORTCULLIS_TERMINATED));
    expect("text with a zero byte", PORTCULLIS_ERROR_ZERO_IN_TEXT,
        portcullis_request_set_resource(request, with_zero, sizeof with_zero));
    expect("a decision to nowhere", PORTCULLIS_ERROR_NULL_ARGUMENT, portcullis_check(reader, request, NULL));
    decision.size = 0;
    expect("a decision of a wrong size", PORTCULLIS_ERROR_WRONG_SIZE, portcullis_check(reader, request, &decision));
    decision.size = sizeof decision;
    expect("a request for a reader", PORTCULLIS_ERROR_INVALID_HANDLE,
        portcullis_check((portcullis_reader *)request, request, &decision));
    expect("a small buffer", PORTCULLIS_ERROR_BUFFER_TOO_SMALL, portcullis_status(engine, &byte, 1, &length));
    expect("the result of that", PORTCULLIS_OK, byte == 0 && length > 1 ? PORTCULLIS_OK : 1);

    lent_reader = reader;
    lent_request = request;
    if (pthread_create(&thread, NULL, elsewhere, &left) != 0) return 2;
    pthread_join(thread, NULL);
    expect("using what an ended thread left", PORTCULLIS_ERROR_WRONG_THREAD, portcullis_check(left, request, &decision));
    expect("destroying what an ended thread left", PORTCULLIS_OK, portcullis_reader_destroy(left));

    expect("destroying", PORTCULLIS_OK, portcullis_request_destroy(request));
    expect("destroying twice", PORTCULLIS_ERROR_CLOSED, portcullis_request_destroy(request));
    expect("using what was destroyed", PORTCULLIS_ERROR_CLOSED, portcullis_check(reader, request, &decision));
    expect("closing", PORTCULLIS_OK, portcullis_close(engine));
    expect("closing twice", PORTCULLIS_ERROR_CLOSED, portcullis_close(engine));
    expect("reading after closing", PORTCULLIS_ERROR_CLOSED, portcullis_check(reader, request, &decision));
    expect("reloading after closing", PORTCULLIS_ERROR_CLOSED, portcullis_reload(engine));
    expect("destroying a reader after closing", PORTCULLIS_OK, portcullis_reader_destroy(reader));
    expect("destroying it twice", PORTCULLIS_ERROR_CLOSED, portcullis_reader_destroy(reader));
    printf("%d wrong\n", failures);
    return failures == 0 ? 0 : 1;
}
