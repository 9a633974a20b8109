package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who and what takes part. */
record Selection(Set<Contenders> contenders, Set<Store> stores, Set<Measures> measures) {

    static Selection all() {
        return new Selection(
                EnumSet.allOf(Contenders.class), EnumSet.allOf(Store.class), EnumSet.allOf(Measures.class));
    }

    /** What a round measures, in order: each round begins with another contender. */
    List<Subject> round(int round) {
        return measures.stream()
                .flatMap(measure -> stores.stream().flatMap(store -> turns(measure, store, round)))
                .toList();
    }

    private Stream<Subject> turns(Measures measure, Store store, int round) {
        List<Subject> subjects = contenders.stream()
                .filter(contender -> measure.appliesTo(contender, store))
                .map(contender -> new Subject(measure, store, contender))
                .collect(Collectors.toList());
        Collections.rotate(subjects, 1 - round);
        return subjects.stream();
    }
}
