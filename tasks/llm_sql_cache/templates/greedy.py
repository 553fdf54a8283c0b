def largest_group(rows: list, left: list) -> tuple:
    most = 0
    head: list = []
    group: list = []
    for column in left:
        groups: dict = {}
        for row in rows:
            groups.setdefault(row[column], []).append(row)
        for same in groups.values():
            front = [column]
            for other in left:
                if other != column and all(row[other] == same[0][other] for row in same):
                    front.append(other)
            size = sum((len(same[0][other]) + HOLE_NAME) ** HOLE_POWER for other in front)
            worth = size * (len(same) - 1)
            if worth > most:
                most = worth
                head = front
                group = same
    return head, group


def by_groups(rows: list, left: list) -> list:
    arranged = []
    for _ in list(rows):
        head, group = largest_group(rows, left)
        if not head:
            break
        first = group[0]
        front = [(other, first[other]) for other in head]
        rest = [other for other in left if other not in head]
        for cells in by_groups(group, rest):
            arranged.append(front + cells)
        rows = [row for row in rows if row[head[0]] != first[head[0]]]
    for row in sorted(rows):
        arranged.append([(column, row[column]) for column in left])
    return arranged


def arrange(table: list) -> list:
    if not table:
        return []
    return by_groups(table, list(range(len(table[0]))))
