// UserUnit of a page (PDF 1.6): how many points one unit of its coordinates is. poppler 22.12 neither applies
// nor offers it, so the page's dictionary is read here.
#ifndef RECTO_USER_UNIT_H
#define RECTO_USER_UNIT_H

// Returns the unit of page `number` (from 1) of the PDF on `file`; 1 when it has none or cannot be found.
// Objects are found by scanning the file, compressed object streams included; encrypted object streams are
// not read.
double user_unit_of_page(int file, int number);

#endif
