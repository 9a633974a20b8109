/** The code of the documents, compiled and run. */
@org.jspecify.annotations.NullMarked
package io.leek.guide;
