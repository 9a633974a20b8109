package io.leek.benchmarks.measure;

import io.leek.benchmarks.contender.Workers;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A drain by one worker with few or very many tasks waiting, in a JVM with little memory. */
final class BacklogMeasure implements Measure {

    private static final int SHARE = 100;
    private static final int REPEATS = 3;
    private static final Duration FILL = Duration.ofMinutes(10);

    private final boolean isLarge;
    private final DrainMeasure drain = new DrainMeasure(Workers.ONE);

    BacklogMeasure(boolean isLarge) {
        this.isLarge = isLarge;
    }

    @Override
    public Map<String, Double> run(Bench bench) throws Exception {
        int small = bench.limits().backlog() / SHARE;
        drain.warmUp(bench);
        if (isLarge) {
            return drain.fillAndDrain(bench, bench.limits().backlog(), FILL);
        }
        double[] rates = new double[REPEATS];
        Map<String, Double> figures = new LinkedHashMap<>();
        for (int i = 0; i < REPEATS; i++) {
            figures.putAll(drain.fillAndDrain(bench, small, FILL));
            rates[i] = figures.getOrDefault("per_s", 0.0);
        }
        Arrays.sort(rates);
        figures.put("per_s", rates[REPEATS / 2]);
        return figures;
    }
}
