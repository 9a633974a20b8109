/** What is measured, one class a kind; each runs in a JVM of its own. */
@NullMarked
package io.leek.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
