package io.leek.benchmarks;

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
        Subject subject,
        Map<String, Double> figures,
        @Nullable String failure) {}
