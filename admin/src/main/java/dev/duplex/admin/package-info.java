/** What operators do with a link, as a library; each task has a package. */
package dev.duplex.admin;
