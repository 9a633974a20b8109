/** Runs the measurements in turns, and writes the table. */
@NullMarked
package io.leek.benchmarks;

import org.jspecify.annotations.NullMarked;
