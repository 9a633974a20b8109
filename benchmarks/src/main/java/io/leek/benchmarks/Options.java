package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Measures;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What the command line asks for.
 *
 * @param goesOn whether what has been measured already is kept
 * @param out the document to write the figures into
 */
record Options(Selection selection, int rounds, boolean isQuick, boolean goesOn, Path out) {

    static final String USAGE = """
            Options:
              --contenders=leek,db-scheduler,…   who takes part; all by default
              --stores=h2,h2-write-delay-0,postgresql
              --measures=start,enqueue,bulk,idle,transaction,drain-one,drain-best,
                           backlog-small,backlog-large
              --rounds=5                         how often each is measured
              --go-on                            keep what has been measured, and measure what is missing
              --quick                            small and short, one round: shows that everything works
              --out=docs/benchmarks.md           where to write; by default only a whole run writes there,
                                                 others write target/benchmarks.md of this module""";

    private static final int ROUNDS = 5;
    private static final Path DOCUMENT = Path.of("docs", "benchmarks.md");
    private static final Path TRIAL = Path.of("benchmarks", "target", "benchmarks.md");

    /** @throws IllegalArgumentException where an option is not known */
    static Options parse(String... args) {
        Set<Contenders> contenders = EnumSet.allOf(Contenders.class);
        Set<Store> stores = EnumSet.allOf(Store.class);
        Set<Measures> measures = EnumSet.allOf(Measures.class);
        int rounds = 0;
        boolean isQuick = false;
        boolean goesOn = false;
        Optional<Path> out = Optional.empty();
        for (String arg : args) {
            String value = arg.substring(arg.indexOf('=') + 1);
            switch (arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg) {
                case "--contenders" -> contenders = parse(value, Contenders.class, Contenders::byId);
                case "--stores" -> stores = parse(value, Store.class, Store::byId);
                case "--measures" -> measures = parse(value, Measures.class, Measures::byId);
                case "--rounds" -> rounds = Integer.parseInt(value);
                case "--quick" -> isQuick = true;
                case "--go-on" -> goesOn = true;
                case "--out" -> out = Optional.of(Path.of(value));
                default -> throw new IllegalArgumentException("There is no option '" + arg + "'");
            }
        }
        Selection selection = new Selection(contenders, stores, measures);
        boolean isWhole = !isQuick && selection.equals(Selection.all());
        return new Options(
                selection,
                rounds > 0 ? rounds : isQuick ? 1 : ROUNDS,
                isQuick,
                goesOn,
                out.orElse(isWhole ? DOCUMENT : TRIAL));
    }

    private static <E extends Enum<E>> Set<E> parse(String list, Class<E> type, Function<String, E> byId) {
        Set<E> set = EnumSet.noneOf(type);
        Arrays.stream(list.split(",")).map(byId).forEach(set::add);
        return set;
    }
}
