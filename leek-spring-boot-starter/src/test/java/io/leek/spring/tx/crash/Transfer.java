package io.leek.spring.tx.crash;

import java.util.List;
import java.util.random.RandomGenerator;

/** Money that goes from one account to another. */
record Transfer(long id, int from, int to, long amount) {

    private static final long MOST = 100;

    static Transfer random(long id, RandomGenerator random) {
        int from = random.nextInt(Books.ACCOUNTS);
        int to = (from + 1 + random.nextInt(Books.ACCOUNTS - 1)) % Books.ACCOUNTS;
        return new Transfer(id, from, to, random.nextLong(1, MOST));
    }

    /** Reads what {@link #toLine} wrote. */
    static Transfer of(List<String> words) {
        return new Transfer(
                Long.parseLong(words.get(0)),
                Integer.parseInt(words.get(1)),
                Integer.parseInt(words.get(2)),
                Long.parseLong(words.get(3)));
    }

    String toLine() {
        return id + " " + from + " " + to + " " + amount;
    }
}
