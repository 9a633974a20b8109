package io.leek.benchmarks.measure;

import java.util.Map;

/** One kind of measurement, with its own warm-up. */
@FunctionalInterface
interface Measure {

    /** Figures by name; their names end in their unit. */
    Map<String, Double> run(Bench bench) throws Exception;
}
