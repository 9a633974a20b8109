package io.leek.spring.offload;

/** Throws what a task method or a mock threw as it is, checked or not, as a direct call would. */
final class Sneaky {

    private Sneaky() {}

    static RuntimeException sneak(Throwable thrown) {
        throw Sneaky.<RuntimeException>as(thrown);
    }

    @SuppressWarnings("unchecked")
    private static <X extends Throwable> X as(Throwable thrown) throws X {
        throw (X) thrown;
    }
}
