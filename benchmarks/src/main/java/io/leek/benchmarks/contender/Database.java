package io.leek.benchmarks.contender;

/** An empty database for one measurement. */
public record Database(Store store, String url, String username, String password) {}
