/*
 * The protocol of Sources/DecisionIndex/Publishing under x86-TSO, for exhaustive checking with spin.
 * Scripts/verify-model runs it in several scenarios and with planted faults (FAULT_...), which must be found.
 *
 * A content is the number of its revision. Each thread's stores to slots go through a store buffer, first in first
 * out, and reach memory at any later time. When exactly only matters to who looks, so a looker first moves any
 * number of entries of any buffer to memory. Locked instructions and fences empty the own buffer.
 *
 * Checked: no content is used after it was freed, nor freed twice, nor freed while current; revisions that one
 * reader sees never go back; a read sees what was published before it began, or newer; a pin is no older than that;
 * at the end everything but the current content is freed.
 */
#ifndef READERS
#define READERS 2
#endif
#ifndef WRITERS
#define WRITERS 1
#endif
#ifndef SWAPS
#define SWAPS 2                 /* of each writer */
#endif
#ifndef READS
#define READS 2                 /* of each reader, or of each of its lives */
#endif
#ifndef LIVES
#define LIVES 1                 /* how often a reader registers */
#endif

/* LIFECYCLE: readers register and give their slots back. SHARED: the convenience path. NESTED: a read in a read.
   FENCE: readers fence, the kernel serves no barrier. BARRIER_FAILS: the kernel may refuse a barrier. SHORT: no
   reclaim between publications, for the larger scenarios. */
#if defined(LIFECYCLE) || defined(SHARED)
#define GROWING
#define FIRST_SLOTS 1
#else
#define FIRST_SLOTS READERS
#endif
#define SLOTS READERS
#ifdef NESTED
#define BUFFER (6 * READS * LIVES)
#else
#define BUFFER (3 * READS * LIVES + LIVES)      /* never full */
#endif
#define LAST (1 + WRITERS * SWAPS)
#define NOTHING 255

byte current = 1;
byte revision = 1;
byte memory[2 * SLOTS];         /* PINNED(slot), OWNED(slot) */
byte slots = FIRST_SLOTS;       /* slots in the chunks that exist */
chan buffer[READERS] = [BUFFER] of { byte, byte };
bool lock = false;
bool retired[LAST + 1];
byte covered = 0;

/* For the properties only. */
bool freed[LAST + 1];
byte published = 1;             /* the last revision whose publish returned */
byte readersDone = 0;
byte writersDone = 0;
#ifdef REACH_LOCATION
bool reached = false;
#endif

/* A pin is 0 (idle), a revision (it and all later ones), or one content only; the first revision is everything. */
#define EVERYTHING 1
#define ONLY(content) (100 + (content))

#define PINNED(slot) (slot)
#define OWNED(slot) (SLOTS + (slot))

#define moveOne(t) buffer[t]?place, value -> memory[place] = value; place = 0; value = 0

/* Any number of buffered stores of any thread reach memory. Only inside atomic. */
inline moveSome() {
    do
    :: nempty(buffer[0]) -> moveOne(0)
    :: nempty(buffer[1]) -> moveOne(1)
#if READERS > 2
    :: nempty(buffer[2]) -> moveOne(2)
#endif
    :: break
    od
}

/* Only thread t stores to its slot: nothing else matters to who looks at it. Only inside atomic. */
inline moveSomeOf(t) {
#ifdef GROWING
    moveSome()
#else
    do
    :: nempty(buffer[t]) -> moveOne(t)
    :: break
    od
#endif
}

inline moveAll(t) {
    do
    :: nempty(buffer[t]) -> moveOne(t)
    :: empty(buffer[t]) -> break
    od
}

inline store(where, what) {
    buffer[me]!where, what
}

inline fence() {
    atomic { moveAll(me) }
}

inline use(content) {
    assert(!freed[content])
}

inline begin() {
    atomic {
        before = published;
#ifdef FAULT_PIN_CACHED_REVISION
        if :: cached == 0 -> cached = revision :: else fi;
        seen = cached;
#else
        seen = revision;
#endif
        assert(seen >= before)
    }
}

inline loadCurrent(content) {
    atomic {
        content = current;
        assert(content >= before);
        assert(content >= last);
        last = content;
        before = 0;
        seen = 0
    }
}

inline orderPin() {
#if defined(FENCE) && !defined(FAULT_FALLBACK_WITHOUT_FENCE)
    fence()
#else
    skip
#endif
}

/* The convenience path: one of the slots, by one compare-exchange. */
inline claimShared() {
    slot = 0;
    do
    :: slot < slots ->
#ifdef FAULT_SHARED_CLAIM_WITHOUT_EXCHANGE
        atomic { moveSome(); free = (memory[PINNED(slot)] == 0) };
        if
        :: free -> store(PINNED(slot), mine); break
        :: else -> slot++
        fi
#else
        atomic {
            moveAll(me);
            moveSome();
            free = (memory[PINNED(slot)] == 0);
            if
            :: free -> memory[PINNED(slot)] = mine
            :: else
            fi
        };
        if
        :: free -> free = false; break
        :: else -> slot++
        fi
#endif
    :: else ->
        atomic { moveAll(me); if :: slots < SLOTS -> slots++ :: else fi };
        slot = 0
    od
}

inline register() {
    slot = 0;
    do
    :: slot < slots ->
        atomic {
            moveAll(me);
            moveSome();
            free = (memory[OWNED(slot)] == 0);
            if
            :: free -> memory[OWNED(slot)] = 1
            :: else
            fi
        };
        if
        :: free -> free = false; break
        :: else -> slot++
        fi
    :: else ->
        atomic { moveAll(me); if :: slots < SLOTS -> slots++ :: else fi };
        slot = 0
    od;
    mine = 0
}

inline giveBack() {
    store(OWNED(slot), 0)
}

inline readWithin() {
    /* A read inside the read of `held`, through the same slot. */
    begin();
#if defined(FAULT_INNER_PIN_REPLACES_OUTER)
    store(PINNED(slot), seen);
#elif !defined(FAULT_INNER_PINS_NOTHING)
    store(PINNED(slot), EVERYTHING);
#endif
    orderPin();
    loadCurrent(inner);
#ifdef FAULT_INNER_NARROWS
    store(PINNED(slot), ONLY(inner));
#endif
    atomic {
        use(inner);
        inner = 0;
#ifdef FAULT_INNER_UNPIN_ENDS_OUTER
        store(PINNED(slot), 0)
#else
        store(PINNED(slot), ONLY(held))
#endif
    }
}

inline readOnce() {
    begin();
    mine = seen;
#ifdef FAULT_READ_BEFORE_PIN
    loadCurrent(held);
#endif
#if defined(SHARED)
    claimShared();
#elif !defined(FAULT_PIN_ONLY_WHAT_WAS_READ)
    store(PINNED(slot), mine);
#endif
    orderPin();
#ifndef FAULT_READ_BEFORE_PIN
    loadCurrent(held);
#endif
#ifdef FAULT_NARROWED_TO_NEWEST
    store(PINNED(slot), ONLY(current));
#else
    store(PINNED(slot), ONLY(held));
#endif
#ifdef FAULT_UNPIN_BEFORE_USE
    store(PINNED(slot), 0);
#endif
#ifdef NESTED
    readWithin();
#endif
#ifdef FAULT_GIVEN_BACK_DURING_READ
    if :: turn + 1 == READS -> giveBack() :: else fi;
#endif
    /* The last use and the end of the pin are one step: nothing earlier can find more. */
    atomic {
        use(held);
        held = 0;
        mine = 0;
#ifndef FAULT_UNPIN_BEFORE_USE
#ifdef FAULT_GIVEN_BACK_NOT_IDLE
        if :: turn + 1 < READS -> store(PINNED(slot), 0) :: else fi;
#else
        store(PINNED(slot), 0);
#endif
#endif
        turn++
    }
}

proctype Reader(byte me) {
    byte slot, mine, seen, held, before, last, life, turn, place, value;
#ifdef NESTED
    byte inner;
#endif
#ifdef FAULT_PIN_CACHED_REVISION
    byte cached;
#endif
    bool free;
    slot = me;
    life = 0;
    do
    :: life < LIVES ->
#ifdef LIFECYCLE
        register();
#endif
        turn = 0;
        do
        :: turn < READS ->
            readOnce()
        :: else -> break
        od;
#if defined(LIFECYCLE) && !defined(FAULT_GIVEN_BACK_DURING_READ)
        giveBack();
#endif
        life++
    :: else -> break
    od;
    atomic { moveAll(me); readersDone++; last = 0; slot = 0; turn = 0; life = 0 }
}

/* A full barrier on every thread, at some time during the call, one after the other. */
inline barrierOnAllThreads() {
    thread = 0;
    do
#ifdef FAULT_BARRIER_MISSES_A_THREAD
    :: thread < READERS - 1 ->
#else
    :: thread < READERS ->
#endif
        atomic { moveAll(thread); thread++ }
    :: else -> thread = 0; break
    od
}

inline writerBarrier() {
    works = true;
#ifdef FENCE
    skip;                       /* its own fence; its exchange emptied its buffer already */
#else
#ifdef BARRIER_FAILS
    if :: readersDone < READERS -> works = false :: skip fi;
#endif
    if
    :: works -> barrierOnAllThreads()
    :: else
    fi;
#ifdef FAULT_FAILED_BARRIER_TRUSTED
    works = true;
#endif
#endif
}

inline scan() {
    oldest = NOTHING;
    index = 0;
#ifdef FAULT_SLOTS_COUNTED_BEFORE_SWAP
    count = countBefore;
#else
    count = slots;
#endif
#ifdef FAULT_SCAN_SKIPS_A_SLOT
    count = count - 1;
#endif
    do
    :: index < count ->
        atomic {
            moveSomeOf(index);
            pin = memory[PINNED(index)];
#ifdef FAULT_SCAN_SKIPS_SLOTS_NOT_OWNED
            if :: memory[OWNED(index)] == 0 -> pin = 0 :: else fi;
#endif
            if
#ifndef FAULT_SINGLE_CONTENT_IGNORED
            :: pin > ONLY(0) -> only[pin - ONLY(0)] = true
#endif
#ifdef FAULT_NEWEST_PIN_TAKEN
            :: pin != 0 && pin < ONLY(0) && (oldest == NOTHING || pin > oldest) -> oldest = pin
#else
            :: pin != 0 && pin < ONLY(0) && pin < oldest -> oldest = pin
#endif
            :: else
            fi;
            pin = 0;
            index++
        }
    :: else -> index = 0; count = 0; break
    od
}

inline free_unused() {
    d_step {
        index = 1;
        do
        :: index <= LAST ->
            unused = index <= covered && !only[index] && (index < oldest);
#ifdef FAULT_COMPARE_OFF_BY_ONE
            unused = index <= covered && !only[index] && (index <= oldest);
#endif
            only[index] = false;
            if
            :: retired[index] && unused ->
                assert(!freed[index]);
                assert(index != current);
                retired[index] = false;
                freed[index] = true
#ifdef REACH_LOCATION
                ;
                assert(!(REACH_LOCATION == 2 && reached))
#endif
            :: retired[index] && !unused ->
#ifdef REACH_LOCATION
                assert(REACH_LOCATION != 1);
                reached = true;
#endif
#ifdef FAULT_KEPT_IS_FORGOTTEN
                retired[index] = false;
#endif
                skip
            :: else
            fi;
            index++
        :: else -> break
        od;
        index = 0;
        oldest = 0;
        newest = 0;
        unused = false
    }
}

inline takeUnused() {
    d_step {
        index = 1;
        do
        :: index <= LAST -> if :: retired[index] -> newest = index :: else fi; index++
        :: else -> break
        od;
        index = 0
    };
    if
    :: newest > 0 ->
        if
        :: newest > covered ->
#if defined(FAULT_NO_BARRIER) || defined(FAULT_BARRIER_BEFORE_SWAP)
            works = true;
#else
            writerBarrier();
#endif
            atomic { if :: works -> covered = newest :: else fi; newest = 0; works = false }
        :: else
        fi;
#if defined(FAULT_RECLAIM_WITHOUT_SCAN)
        oldest = NOTHING;
#elif defined(FAULT_SCAN_BEFORE_SWAP)
        if :: next == 0 -> scan() :: else fi;           /* publish has scanned */
#else
        scan();
#endif
        free_unused()
    :: else
    fi
}

inline publish() {
#ifndef FAULT_WRITERS_WITHOUT_LOCK
    atomic { !lock -> lock = true; next = revision + 1 };
#else
    next = revision + 1;
#endif
#ifdef FAULT_SLOTS_COUNTED_BEFORE_SWAP
    countBefore = slots;
#endif
#ifdef FAULT_BARRIER_BEFORE_SWAP
    writerBarrier();
#endif
#ifdef FAULT_SCAN_BEFORE_SWAP
    scan();
#endif
#ifdef FAULT_REVISION_BEFORE_CONTENT
    revision = next;
#endif
    atomic { old = current; current = next };
#if !defined(FAULT_REVISION_BEFORE_CONTENT) && !defined(FAULT_REVISION_NOT_ADVANCED)
    revision = next;
#endif
#ifdef FAULT_NEW_CONTENT_RETIRED
    old = next;
#endif
    atomic { assert(!retired[old]); retired[old] = true; old = 0 };
    takeUnused();
    atomic {
        if :: next > published -> published = next :: else fi;
#ifndef FAULT_WRITERS_WITHOUT_LOCK
        lock = false;
#endif
        next = 0
    }
}

inline reclaim() {
    atomic { !lock -> lock = true };
    takeUnused();
    lock = false
}

proctype Writer() {
    bool only[LAST + 1];        /* what the scan found pinned alone */
    byte next, old, oldest, index, count, pin, thread, newest, done, place, value;
#ifdef FAULT_SLOTS_COUNTED_BEFORE_SWAP
    byte countBefore;
#endif
    bool works, unused;
    done = 0;
    do
    :: done < SWAPS ->
        publish();
        done++;
#ifndef SHORT
        if
        :: reclaim()
        :: skip
        fi
#endif
    :: else -> break
    od;
    writersDone++;
    /* The last writer cleans up after everybody. */
    if
    :: _pid == WRITERS ->
        (writersDone == WRITERS && readersDone == READERS);
        reclaim();
        d_step {
            index = 1;
            do
            :: index <= LAST -> assert(freed[index] == (index != current)); index++
            :: else -> break
            od
        }
    :: else
    fi
}

init {
    byte number;
    atomic {
        number = 0;
        do
        :: number < WRITERS -> run Writer(); number++
        :: else -> break
        od;
        number = 0;
        do
        :: number < READERS -> run Reader(number); number++
        :: else -> break
        od
    }
}
