package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;

/** What is measured, of whom and where. */
record Subject(Measures measure, Store store, Contenders contender) {

    @Override
    public String toString() {
        return measure.id() + " " + store.id() + " " + contender.id();
    }
}
