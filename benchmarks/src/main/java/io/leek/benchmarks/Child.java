package io.leek.benchmarks;

import io.leek.benchmarks.contender.Contenders;
import io.leek.benchmarks.contender.Database;
import io.leek.benchmarks.contender.Store;
import io.leek.benchmarks.measure.Bench;
import io.leek.benchmarks.measure.Limits;
import io.leek.benchmarks.measure.Measures;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The process of one measurement. Its last line on standard output has the figures. */
final class Child {

    static final String RESULT = "RESULT ";

    private Child() {}

    /** Contender, measure, quick or full, store, URL, user, password. */
    public static void main(String[] args) throws Exception {
        endWithParent();
        Contenders contender = Contenders.byId(args[0]);
        Measures measure = Measures.byId(args[1]);
        Limits limits = args[2].equals("quick") ? Limits.QUICK : Limits.FULL;
        Database database = new Database(Store.valueOf(args[3]), args[4], args[5], args[6]);
        Map<String, Double> figures = measure.run(contender, new Bench(contender.create(), database, limits));
        System.out.println(RESULT + JsonMapper.shared().writeValueAsString(figures));
        System.out.flush();
        // The database is thrown away, and whoever has more to do would hold up the next.
        Runtime.getRuntime().halt(0);
    }

    /** Its standard input is a pipe from the parent and ends with it, also when that is killed. */
    private static void endWithParent() {
        Thread watch = new Thread(
                () -> {
                    try {
                        System.in.transferTo(OutputStream.nullOutputStream());
                    } catch (IOException e) {
                        // Broken is ended, too.
                    }
                    Runtime.getRuntime().halt(1);
                },
                "parent");
        watch.setDaemon(true);
        watch.start();
    }
}
