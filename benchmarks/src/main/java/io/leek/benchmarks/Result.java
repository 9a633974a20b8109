package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one process has measured.
 *
 * @param figures by name; empty where it failed
 * @param failure why there are none
 */
record Result(
        int round,
        Measures measure,
        Store store,
        Contenders contender,
        Map<String, Double> figures,
        @Nullable String failure) {}
