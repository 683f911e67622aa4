/** What an application's process knows of its link, and commits that wait for the link. */
package dev.duplex.producer.link;
