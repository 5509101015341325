# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -D TABLE=rules.tsv -D NAME=rules_table -D SOURCE=out.cpp -P embed.cmake
# A text file as a string of the program.
file(READ ${TABLE} text)
file(WRITE ${SOURCE} "namespace linka {
extern const char* const ${NAME};
const char* const ${NAME} = R\"__table__(${text})__table__\";
}  // namespace linka
")
