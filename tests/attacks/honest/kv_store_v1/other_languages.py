"""Хранилище ключей. キーと値の保管庫。 مخزن المفاتيح."""


class Хранилище:
    """Основа хранилища."""

    def __init__(self):
        self.значения = {}  # ключ -> значение

class KvStore(Хранилище):
    def put(self, key, 値):
        self.значения[key] = 値
    def get(self, clé):
        return self.значения.get(clé)
    def delete(self, ключ):
        """Löscht einen Schlüssel – falls vorhanden."""
        return self.значения.pop(ключ, None) is not None
    def len(self):
        return len(self.значения)
    def keys_sorted(self):
        return sorted(self.значения)  # الترتيب التصاعدي
