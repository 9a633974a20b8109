package io.leek.spring.offload;

import org.jspecify.annotations.Nullable;

/** What came of running a lambda in a capture. */
sealed interface Captured {

    /** A proxy saw the call: to be sent. */
    record Recorded(RecordedCall call) implements Captured {}

    /** A test's mock took the call: done. */
    record TakenByMock(@Nullable Object result) implements Captured {}
}
