/*
 * Portcullis: decides AWS-IAM-style policies in process.
 *
 *     portcullis_engine *engine;
 *     portcullis_reader *reader;
 *     portcullis_request *request;
 *     portcullis_decision decision = PORTCULLIS_DECISION_INIT;
 *
 *     portcullis_open("policies", PORTCULLIS_TERMINATED, NULL, &engine);
 *     portcullis_reader_create(engine, &reader);
 *     portcullis_request_create(&request);
 *     portcullis_request_set_principal(request, "arn:aws:iam::111122223333:user/ada", PORTCULLIS_TERMINATED);
 *     portcullis_request_set_action(request, "s3:GetObject", PORTCULLIS_TERMINATED);
 *     portcullis_request_set_resource(request, "arn:aws:s3:::data/x", PORTCULLIS_TERMINATED);
 *     portcullis_check(reader, request, &decision);
 *     if (decision.outcome == PORTCULLIS_ALLOW) { ... }
 *
 * RESULTS. Every function returns PORTCULLIS_OK (0) or one of the negative PORTCULLIS_ERROR_ codes, and never ends the
 * process. After an error, portcullis_last_message() says what is wrong, in words, to the thread that got it. What a
 * function was to make or change is then as it was before, except that decisions say PORTCULLIS_UNDECIDED, which
 * allows nothing.
 *
 * OWNERSHIP. All memory that is handed in stays the caller's and is not looked at after the call. All answers go into
 * memory of the caller. Only what a ..._create, open or follow function made is the library's, until it is destroyed or
 * closed.
 *
 * HANDLES. portcullis_engine, portcullis_reader and portcullis_request are never defined. Pointers to them are names, not
 * addresses: the library looks them up, and so finds out when one is used after it was closed or destroyed
 * (PORTCULLIS_ERROR_CLOSED), or is none, or of another kind (PORTCULLIS_ERROR_INVALID_HANDLE). NULL is never a handle.
 *
 * THREADS. An engine may be used by all threads at once. A reader and a request belong to the thread that created them;
 * every other thread gets PORTCULLIS_ERROR_WRONG_THREAD. When that thread has ended, any thread may destroy them.
 * After fork() the child must not use what the parent opened: the threads that follow policies are not in it. Open in
 * the child.
 *
 * TEXTS are UTF-8, without a zero byte, given by address and length in bytes. As length, PORTCULLIS_TERMINATED says
 * that the text ends before its first zero byte.
 *
 * ANSWERS OF ANY LENGTH are written into `buffer` with a zero byte behind them. `length`, which may be NULL, gets the
 * bytes before that zero byte. Where `capacity` is not above that length, the result is
 * PORTCULLIS_ERROR_BUFFER_TOO_SMALL, and the buffer, if there is one, gets an empty text. So a call with NULL and 0
 * asks for the length.
 *
 * STRUCTS begin with their size, which the caller sets with the ..._INIT macros. A size that the library does not know
 * is PORTCULLIS_ERROR_WRONG_SIZE.
 *
 * TIMES are seconds since 1970-01-01T00:00:00Z and nanoseconds into that second. Both 0 means now.
 */
#ifndef PORTCULLIS_H
#define PORTCULLIS_H

#include <stddef.h>
#include <stdint.h>

/* The version of this header. */
#define PORTCULLIS_VERSION "0.1.0"

/* A length: the text ends before its first zero byte. */
#define PORTCULLIS_TERMINATED ((size_t)-1)

#ifdef __cplusplus
extern "C" {
#endif

/* ------------------------------------------------------------------------------------------------------------------
 * Results
 */

/* PORTCULLIS_OK, or an error. Numbers do not change between versions, and later versions may add some. */
typedef int32_t portcullis_result;

enum {
    PORTCULLIS_OK = 0,
    /* An argument is NULL that must not be. */
    PORTCULLIS_ERROR_NULL_ARGUMENT = -1,
    /* A handle that the library never gave out, or one of another kind. */
    PORTCULLIS_ERROR_INVALID_HANDLE = -2,
    /* A handle that was closed or destroyed, or a reader of an engine that was closed. */
    PORTCULLIS_ERROR_CLOSED = -3,
    /* A reader or request of another thread. */
    PORTCULLIS_ERROR_WRONG_THREAD = -4,
    /* A struct with a size that this library does not know. */
    PORTCULLIS_ERROR_WRONG_SIZE = -5,
    /* The answer and its zero byte do not fit the buffer. */
    PORTCULLIS_ERROR_BUFFER_TOO_SMALL = -6,
    /* A text is not UTF-8. */
    PORTCULLIS_ERROR_NOT_UTF8 = -7,
    /* A text holds a zero byte. */
    PORTCULLIS_ERROR_ZERO_IN_TEXT = -8,
    /* An argument has a value that makes no sense. */
    PORTCULLIS_ERROR_INVALID_ARGUMENT = -9,
    /* A request that cannot be decided: a part is missing, malformed or too long. */
    PORTCULLIS_ERROR_INVALID_REQUEST = -10,
    /* Policies cannot be reached: no such path, no answer from the server. */
    PORTCULLIS_ERROR_UNREACHABLE = -11,
    /* Policies that are not believed: not signed by a trusted key, of another channel, expired, rolled back, damaged. */
    PORTCULLIS_ERROR_NOT_TRUSTED = -12,
    /* Policies with a fault; the message says which and where. */
    PORTCULLIS_ERROR_INVALID_POLICIES = -13,
    /* No policies are in force, so that everything is denied. */
    PORTCULLIS_ERROR_NO_POLICIES = -14,
    /* The policies in force are a compiled snapshot, which cannot be explained. */
    PORTCULLIS_ERROR_NOT_EXPLAINABLE = -15,
    /* No policy of the engine made the decision. */
    PORTCULLIS_ERROR_NO_POLICY = -16,
    /* The policies that made the decision are not in force any more. */
    PORTCULLIS_ERROR_REVISION_GONE = -17,
    /* There are a million handles already, or no memory for them. */
    PORTCULLIS_ERROR_TOO_MANY = -18
};

/*
 * What went wrong in the calling thread's last call that returned an error; empty where none has. Calls that return
 * PORTCULLIS_OK, and calls of this function, leave it as it is.
 */
portcullis_result portcullis_last_message(char *buffer, size_t capacity, size_t *length);

/* The name of a result, such as `PORTCULLIS_ERROR_CLOSED`; PORTCULLIS_ERROR_INVALID_ARGUMENT for one that is none. */
portcullis_result portcullis_result_name(portcullis_result result, char *buffer, size_t capacity, size_t *length);

/* The version of the library, such as `0.1.0`. */
portcullis_result portcullis_version(char *buffer, size_t capacity, size_t *length);

/* ------------------------------------------------------------------------------------------------------------------
 * Engines: where policies come from
 */

/* Policies, read and compiled. For all threads. */
typedef struct portcullis_engine portcullis_engine;

/* How policies are found and believed. The pointers are read during the call only. */
typedef struct portcullis_settings {
    uint64_t size;
    /* Files of Ed25519 public keys in PEM. Where there are any, policies that none of them has signed are refused. */
    const char *const *trusted_key_files;
    uint64_t trusted_key_file_count;
    /* The channel that signed policies must name; NULL for those that name none. */
    const char *channel;
    /* A folder, for this engine alone, in which the last good policies are kept for the next start; NULL for none. */
    const char *keeping_folder;
    /* After how many milliseconds of silence of the source portcullis_follow() denies everything; 0 for never. */
    int64_t staleness_limit_ms;
    /* Milliseconds between two looks at the source of portcullis_follow(); 0 for 10,000. */
    int64_t interval_ms;
    /* How long portcullis_follow() waits for the first policies; 0 for 10,000, -1 for not at all. */
    int64_t start_timeout_ms;
} portcullis_settings;

#define PORTCULLIS_SETTINGS_INIT { sizeof(portcullis_settings), NULL, 0, NULL, NULL, 0, 0, 0 }

/*
 * Reads policies once: a folder of policies, a file of authorization details, a compiled snapshot, a signed bundle, or
 * a signed pointer with the bundle beside it. An address, `http://` or `https://`, is one of a signed pointer and needs
 * trusted keys. portcullis_reload() reads again. What is signed denies everything once it has expired; a thread of the
 * library's own sees to that, and there is no other.
 *
 * settings: NULL for unsigned policies.
 * engine: gets the engine; NULL after an error.
 * Errors: UNREACHABLE, NOT_TRUSTED, INVALID_POLICIES, INVALID_ARGUMENT, WRONG_SIZE; those of texts.
 */
portcullis_result portcullis_open(
    const char *source, size_t source_length, const portcullis_settings *settings, portcullis_engine **engine);

/*
 * Follows policies on a thread of the library's own: the same sources. What changes there is compiled aside and put in
 * force at once; what is faulty is refused, and what was in force stays so. Waits until there are policies.
 *
 * A source that need not be there yet is followed with start_timeout_ms = -1: everything is denied until it comes.
 *
 * engine: gets the engine; NULL after an error.
 * Errors: as portcullis_open(); NO_POLICIES where none came in time.
 */
portcullis_result portcullis_follow(
    const char *source, size_t source_length, const portcullis_settings *settings, portcullis_engine **engine);

/*
 * Reads the source again, now, and puts it in force. After an error, what was in force stays so.
 *
 * Errors: UNREACHABLE, NOT_TRUSTED, INVALID_POLICIES.
 */
portcullis_result portcullis_reload(portcullis_engine *engine);

/*
 * How the engine stands, as a JSON object: source, state (`enforcing`, `enforcingKept`, `enforcingStale`, `closed`),
 * reason, engineRevision (as decisions say it), storeRevision, lastActivation, lastContact, expires, sourceFailure,
 * keepingFailure, rejections, counters. Times are seconds since 1970. Later versions may add members.
 */
portcullis_result portcullis_status(portcullis_engine *engine, char *buffer, size_t capacity, size_t *length);

/*
 * Ends following and gives the engine up. Its readers answer PORTCULLIS_ERROR_CLOSED from then on; policies stay in
 * memory until the last of them is destroyed. A second close is PORTCULLIS_ERROR_CLOSED.
 */
portcullis_result portcullis_close(portcullis_engine *engine);

/* ------------------------------------------------------------------------------------------------------------------
 * Requests: who does what to what
 *
 * A request is laid out at its first check, or by portcullis_request_prepare(). After that a check costs no
 * allocation, nor does a change of the resource, of single or multiple values whose key was there before, or of the
 * time, as long as the new text has at most 256 bytes (resources) or 64 (values), or twice those of the first. Other
 * changes lay the request out anew at the next check. What is set stays until it is set again.
 *
 * A part that cannot be is refused when it is set or, where it depends on another, at the next check or prepare:
 * PORTCULLIS_ERROR_INVALID_REQUEST.
 */

/* A question, for one thread. */
typedef struct portcullis_request portcullis_request;

/* A text in a list. */
typedef struct portcullis_text {
    const char *bytes;
    size_t length;
} portcullis_text;

/* An empty request, for the calling thread. Needs a principal, an action and a resource before it is checked. */
portcullis_result portcullis_request_create(portcullis_request **request);

/* Gives a request up. */
portcullis_result portcullis_request_destroy(portcullis_request *request);

/*
 * Who asks: the ARN of a user, role, session, federated user or root; the name of a service; a canonical id;
 * `anonymous`. An assumed-role ARN stands for the role of that name without a path.
 */
portcullis_result portcullis_request_set_principal(portcullis_request *request, const char *text, size_t length);

/* The session of a role with a path: the session's ARN and the role's. */
portcullis_result portcullis_request_set_role_session(
    portcullis_request *request,
    const char *session, size_t session_length,
    const char *role, size_t role_length);

/* What is done: `service:Name`, in any case. */
portcullis_result portcullis_request_set_action(portcullis_request *request, const char *text, size_t length);

/* What it is done to: an ARN, or `*` for an action without a resource. Forgets the owner that was named before. */
portcullis_result portcullis_request_set_resource(portcullis_request *request, const char *text, size_t length);

/* The same, of an owner: an account's twelve digits, for ARNs that do not say. */
portcullis_result portcullis_request_set_resource_of(
    portcullis_request *request,
    const char *text, size_t length,
    const char *account, size_t account_length);

/* Gives a context key a single value. Keys ignore case. */
portcullis_result portcullis_request_set_value(
    portcullis_request *request,
    const char *key, size_t key_length,
    const char *value, size_t value_length);

/* Gives a context key a list of values, which may be empty: `values` may then be NULL. */
portcullis_result portcullis_request_set_values(
    portcullis_request *request,
    const char *key, size_t key_length,
    const portcullis_text *values, size_t count);

/* Takes a context key away; a key that is not there is no error. */
portcullis_result portcullis_request_remove_value(portcullis_request *request, const char *key, size_t key_length);

/*
 * When it is asked. 0, 0, as in a new request: at the time of each check, to the tick of the system's clock, which is at
 * most 10 ms behind.
 */
portcullis_result portcullis_request_set_time(portcullis_request *request, int64_t seconds, uint32_t nanoseconds);

/*
 * Lays the request out now rather than at the first check, and so finds out what is wrong with it.
 *
 * Errors: INVALID_REQUEST.
 */
portcullis_result portcullis_request_prepare(portcullis_request *request);

/*
 * The facts of a temporary credential. They come from whoever verified it, never from the caller. Setting one says that
 * the credential is temporary; portcullis_request_set_temporary() says it without a fact, and with 0 forgets all.
 */
portcullis_result portcullis_request_set_temporary(portcullis_request *request, int32_t is_temporary);

/* The role session name; the session's ARN is made from it. */
portcullis_result portcullis_request_set_session_name(portcullis_request *request, const char *text, size_t length);

/* Whether there was multi-factor authentication (0: no), and how many seconds ago; -1 where that is not known. */
portcullis_result portcullis_request_set_mfa(portcullis_request *request, int32_t was_used, int64_t age_seconds);

/* When the credential was issued; 0, 0 where that is not known. */
portcullis_result portcullis_request_set_issued_at(
    portcullis_request *request, int64_t seconds, uint32_t nanoseconds);

/* The source identity that was set when the role was assumed. */
portcullis_result portcullis_request_set_source_identity(portcullis_request *request, const char *text, size_t length);

/* The provider through which a federated caller came. */
portcullis_result portcullis_request_set_federated_provider(
    portcullis_request *request, const char *text, size_t length);

/* A session tag; it overrides the identity's tag of the same key. */
portcullis_result portcullis_request_set_session_tag(
    portcullis_request *request,
    const char *key, size_t key_length,
    const char *value, size_t value_length);

/*
 * Adds a session policy, which bounds what the session may do: a policy document in JSON.
 *
 * Errors: INVALID_POLICIES, with the fault's line and column.
 */
portcullis_result portcullis_request_add_session_policy(
    portcullis_request *request, const char *json, size_t json_length);

/* ------------------------------------------------------------------------------------------------------------------
 * Checks
 */

/* One thread's way to ask an engine: no lock, no allocation, no shared write per check. */
typedef struct portcullis_reader portcullis_reader;

/* The answer. Everything but PORTCULLIS_ALLOW is a deny. */
enum {
    /* The request could not be decided. */
    PORTCULLIS_UNDECIDED = 0,
    PORTCULLIS_ALLOW = 1,
    /* Nothing forbids, and something that must grant does not. */
    PORTCULLIS_IMPLICIT_DENY = 2,
    /* A statement forbids. */
    PORTCULLIS_EXPLICIT_DENY = 3
};

/* The kind of policy that decided. */
enum {
    PORTCULLIS_LAYER_NONE = 0,
    PORTCULLIS_LAYER_SERVICE_CONTROL = 1,
    PORTCULLIS_LAYER_RESOURCE_CONTROL = 2,
    PORTCULLIS_LAYER_ENDPOINT = 3,
    PORTCULLIS_LAYER_RESOURCE = 4,
    PORTCULLIS_LAYER_IDENTITY = 5,
    PORTCULLIS_LAYER_BOUNDARY = 6,
    PORTCULLIS_LAYER_SESSION = 7,
    PORTCULLIS_LAYER_ROOT_USER = 8
};

typedef struct portcullis_decision {
    uint32_t size;
    /* PORTCULLIS_ALLOW and so on. */
    int32_t outcome;
    /* PORTCULLIS_LAYER_... */
    int32_t layer;
    /* The statement that granted or forbade, counted from 0 in its policy; -1 where none did. */
    int32_t statement;
    /* Its policy, by its position among the policies of that revision; -1 where no statement decided. */
    int64_t policy;
    /* The engine's revision that decided. Each policy change has a higher one. */
    uint64_t revision;
} portcullis_decision;

#define PORTCULLIS_DECISION_INIT { sizeof(portcullis_decision), PORTCULLIS_UNDECIDED, 0, -1, -1, 0 }

/* A reader of an engine, for the calling thread. */
portcullis_result portcullis_reader_create(portcullis_engine *engine, portcullis_reader **reader);

/* Gives a reader up. */
portcullis_result portcullis_reader_destroy(portcullis_reader *reader);

/*
 * Decides a request by the policies in force.
 *
 * Errors: INVALID_REQUEST; those of handles, threads and structs. The decision is then PORTCULLIS_UNDECIDED.
 */
portcullis_result portcullis_check(
    portcullis_reader *reader, portcullis_request *request, portcullis_decision *decision);

/*
 * Decides requests by the same policies, though they be replaced meanwhile. The same request may stand there twice.
 *
 * decisions: as many as requests. Only the first needs its size set; it tells how far the others are apart.
 * Errors: as portcullis_check(), for the first request at fault; nothing is decided then.
 */
portcullis_result portcullis_check_batch(
    portcullis_reader *reader, portcullis_request *const *requests, portcullis_decision *decisions, size_t count);

/*
 * The name of the policy that granted or forbade.
 *
 * Errors: NO_POLICY for a decision by none, or by a session policy, which is none of the engine's; REVISION_GONE after
 * a later change.
 */
portcullis_result portcullis_policy_name(
    portcullis_engine *engine, const portcullis_decision *decision, char *buffer, size_t capacity, size_t *length);

/*
 * Why the policies in force decide a request as they do, as a JSON object: every layer, statement and condition that
 * bears on it. It reveals policies: show it to administrators, never to who sent the request. Slow beside a check.
 *
 * all_statements: whether statements about other actions are listed, too (0: no).
 * Errors: INVALID_REQUEST, NO_POLICIES, NOT_EXPLAINABLE.
 */
portcullis_result portcullis_explain(
    portcullis_engine *engine, portcullis_request *request, int32_t all_statements,
    char *buffer, size_t capacity, size_t *length);

#ifdef __cplusplus
}
#endif

#endif
